import { feedName } from '#shared/domain/ids';
import { applyBps, decimal, wire } from '#shared/money/decimal';
import { hostOf } from './account-checks.ts';
import { CLOSE_THROUGH } from './closing.ts';
import { AWAY, type Desk, THROUGH } from './desk.ts';

/** What a real venue may be sent, in the order of the checks; units of the least size. */
function planned({
  can,
  market,
}: Desk): readonly { readonly text: string; readonly units: number; readonly takes: boolean }[] {
  const rests = (check: string) => ({
    text: `${check}: a buy that rests ${percent(AWAY)} away, then its cancel`,
    units: 1,
    takes: false,
  });
  const takes = (check: string, units: number) => ({
    text: `${check}: a buy of ${units} units, IOC up to ${percent(THROUGH)} through the touch`,
    units,
    takes: true,
  });
  const stops = can.orderKinds.includes('stop-loss') && can.stopTriggers.length > 0;
  return [
    takes('market-path', 2),
    rests('post-only'),
    { text: 'post-only: a buy that would take and must be refused', units: 1, takes: false },
    { text: `ioc: a buy ${percent(AWAY)} away from the market that gets nothing`, units: 1, takes: false },
    ...(can.reduceOnly
      ? [{ text: 'reduce-only: a sale of six units that must be cut to the two held', units: 0, takes: true }]
      : []),
    ...(stops && market.perp ? [takes('resident-stop, something to protect', 2)] : []),
    ...(stops
      ? [{ text: 'resident-stop: a stop-loss 5 % below the market, then its cancel', units: 0, takes: false }]
      : []),
    rests('client-id-query'),
    rests('cancel-idempotent'),
    ...(can.deadMan === null ? [] : [rests('dead-man, armed for a minute and disarmed')]),
    takes('private-stream', 1),
    takes('private-disconnect', 1),
    { text: 'closed-out: sales of all that was bought, allowed together with what they undo', units: 0, takes: true },
  ];
}

/** What a person is told before anything is sent: where to, which orders, and what they can cost. */
export function planText(desk: Desk): readonly string[] {
  const { market, subject } = desk;
  const { listing } = market;
  const unit = decimal(market.quantity());
  const price = market.touch('buy');
  const rows = planned(desk);
  const value = (units: number) => unit.times(String(units)).times(price);
  const bought = rows.filter(({ takes }) => takes).reduce((sum, { units }) => sum + units, 0);
  const most = rows.reduce((sum, { units }) => sum + units, 0);
  // Bought and sold again, each at its own worst limit and with the taker fee.
  const fees = applyBps(value(bought), decimal(listing.takerFeeBps)).times('2');
  const cost = value(bought).times(decimal(THROUGH).plus(CLOSE_THROUGH)).plus(fees);
  const money = (amount: typeof price) => `${amount.round(2, 3).toFixed()} ${listing.quote}`;
  return [
    `Orders on the real ${feedName(subject.orders.feed)}, host ${hostOf(desk)}, in ${listing.instrument} (${listing.symbol}).`,
    `One unit is ${wire(unit)} ${listing.base}, about ${money(value(1))}, the least that serves every check.`,
    ...rows.map(({ text }, index) => `  ${index + 1}. ${text}`),
    `At today’s price ${money(value(bought))} is bought and sold again: at most about ${money(cost)} by the limits and a taker fee of ${listing.takerFeeBps} bps.`,
    `Should every resting order fill as well, ${money(value(most))} is at stake until the end, and its price may move.`,
    ...(desk.can.deadMan?.scope === 'account'
      ? ['While the dead-man is armed, losing this program would let the venue cancel every order of the account.']
      : []),
    'Orders and coins that were there before are not touched. Each order is asked about before it leaves.',
  ];
}

const percent = (fraction: string): string => `${wire(decimal(fraction).times('100'))} %`;
