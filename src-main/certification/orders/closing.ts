import type { Fill } from '#shared/domain/order';
import { delay } from '#shared/kernel/time';
import { type Decimal, decimal, wire, ZERO } from '#shared/money/decimal';
import { type Found, failed, passed } from '../outcome.ts';
import { until } from '../subject.ts';
import { historyOf, openIdsOf, positionOf, truthOf } from './asking.ts';
import type { Desk } from './desk.ts';
import { outcomeText } from './order-words.ts';

/** So long it is tried, ms. */
const CLOSED_WITHIN_MS = 60_000;
const PAUSE_MS = 1_000;
/** An end is told within this of its cancel, ms. */
const END_WITHIN_MS = 5_000;
/** What is to be got rid of may go this far through the touch, fraction. */
export const CLOSE_THROUGH = '0.005';
const FLAT_WITHIN_MS = 8_000;

/** Cancels what a check left open. */
export async function cancelLeft(desk: Desk): Promise<readonly string[]> {
  const stuck: string[] = [];
  for (const order of [...desk.sent.values()]) {
    const { clientOrderId, listing } = order;
    if (desk.ended(clientOrderId)) continue;
    const done = await desk.broker.cancel(clientOrderId, listing);
    if (done === 'in-doubt') stuck.push(clientOrderId);
    else if (!(await whatever(desk, () => desk.ended(clientOrderId), END_WITHIN_MS))) {
      // Gone, and nobody said how: a question brings it to light.
      const { state } = await truthOf(desk, order);
      if (state === 'open' || state === 'unknown') stuck.push(clientOrderId);
    }
  }
  return stuck;
}

/**
 * Everything the checks opened is cancelled, and what they bought is sold again: perpetuals by reduce-only IOC, spot by IOC.
 * Also when they failed or the person stopped them; nobody is asked, because it was allowed with what it undoes.
 */
export async function closedOutCheck(desk: Desk): Promise<Found> {
  if (!desk.chosen || desk.sent.size === 0) return passed('nothing was sent');
  desk.closing = true;
  const { clock } = desk.subject;
  const base = desk.market.listing.base;
  let problem = '';
  /** True once the venue itself has shown that nothing of ours is open. */
  let noneOpen = false;
  for (const endMs = clock.monoMs() + CLOSED_WITHIN_MS; clock.monoMs() < endMs; await delay(clock, PAUSE_MS)) {
    try {
      const stuck = await cancelLeft(desk);
      const open = stuck.length > 0 || noneOpen ? stuck : await openIdsOf(desk);
      if (open.length > 0) {
        problem = `still open: ${open.join(', ')}`;
        continue;
      }
      noneOpen = true;
      const left = await remaining(desk);
      const quantity = desk.market.onLot(left.abs());
      if (!left.eq(ZERO) && desk.market.large(quantity)) {
        problem = `still held: ${wire(left)} ${base}`;
        const why = await flatten(desk, left, quantity);
        if (why !== '') problem += ` (${why})`;
        continue;
      }
      const dust = left.eq(ZERO) ? 'nothing held' : `${wire(left)} ${base} held, too little to be sold`;
      const { orders, spent } = totals(desk);
      return passed(`${orders} orders sent, none open, ${dust}; it cost ${spent}`);
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
  }
  return failed(`${problem}. Look at the account on the venue’s own site.`);
}

/**
 * Base units that are ours to get rid of, negative when sold short: what the checks' own executions left, and of a position
 * no more than there is (EX-10). What others opened meanwhile is not touched (EX-12).
 */
async function remaining(desk: Desk): Promise<Decimal> {
  const own = await opened(desk);
  if (!desk.market.perp || own.eq(ZERO)) return own;
  const position = await positionOf(desk);
  if (position.eq(ZERO) || position.gt(ZERO) !== own.gt(ZERO)) return ZERO;
  return position.abs().lt(own.abs()) ? position : own;
}

/** What the checks bought and did not sell again, by every execution that is known. */
async function opened(desk: Desk): Promise<Decimal> {
  const key = ({ clientOrderId, tradeId }: Fill) => `${clientOrderId} ${tradeId}`;
  const all = new Map(desk.fills.map((fill) => [key(fill), fill]));
  // What every order got is told; where one's executions are not, the history has them.
  const told = [...desk.sent.keys()].every((id) => desk.got(id).eq(desk.filled(id)) && desk.ended(id));
  if (!told) for (const fill of await historyOf(desk)) all.set(key(fill), fill);
  return desk.held([...all.values()]);
}

/** Gives why it did not go; empty when it did. */
async function flatten(desk: Desk, left: Decimal, quantity: Decimal): Promise<string> {
  const { market } = desk;
  const side = left.gt(ZERO) ? 'sell' : 'buy';
  const order = desk.taking({
    side,
    purpose: 'flatten',
    quantity: wire(quantity),
    price: market.through(side, CLOSE_THROUGH),
    ...(market.perp ? { reduceOnly: true } : {}),
  });
  const outcome = await desk.submit(order);
  await whatever(desk, () => desk.ended(order.clientOrderId), FLAT_WITHIN_MS);
  return outcomeText(outcome);
}

/** The person may have asked to stop: this goes on all the same. */
const whatever = ({ subject }: Desk, holds: () => boolean, withinMs: number): Promise<boolean> =>
  until({ clock: subject.clock, cancelled: () => false }, holds, withinMs);

/** What the checks cost: bought against sold, and fees in the quote. */
function totals(desk: Desk): { readonly orders: number; readonly spent: string } {
  const { quote } = desk.market.listing;
  const spent = desk.once.reduce((sum, { side, quantity, price, fee, feeCurrency }) => {
    const value = decimal(quantity).times(price);
    return (side === 'buy' ? sum.plus(value) : sum.minus(value)).plus(feeCurrency === quote ? fee : ZERO);
  }, ZERO);
  return { orders: desk.sent.size, spent: `${spent.round(4, 3).toFixed()} ${quote}` };
}
