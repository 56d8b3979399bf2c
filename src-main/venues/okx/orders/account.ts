import type { FeeTier, Holding, Position } from '#shared/domain/account';
import type { Listing } from '#shared/domain/listing';
import { err, ok } from '#shared/kernel/result';
import { BPS, decimal, wire, ZERO } from '#shared/money/decimal';
import type { Answer } from '../../orders/adapter.ts';
import type { Desk } from './desk.ts';
import { ask, cancelCall, readCall, unreadable } from './desk.ts';
import { answerOf, balanceSchema, feesSchema, groupsSchema, leverageSchema, positionSchema } from './messages.ts';

/** Both products share one account: "trading" in the venue's words. */
const WALLET = 'trading';
const MOST_INSTRUMENTS = 20;

/** https://www.okx.com/docs-v5/en/#trading-account-rest-api-get-balance */
export async function holdingsOf(desk: Desk): Promise<Answer<readonly Holding[]>> {
  const answer = await ask(desk, readCall('balance', 'privateGetAccountBalance', {}), balanceSchema);
  if (!answer.ok) return answer;
  return ok(
    answer.value.data.flatMap(({ details }) =>
      details.map(({ ccy, availBal, frozenBal }) => ({
        wallet: WALLET,
        currency: ccy,
        free: availBal,
        locked: frozenBal,
      })),
    ),
  );
}

/** https://www.okx.com/docs-v5/en/#trading-account-rest-api-get-positions */
export async function positionsOf(desk: Desk): Promise<Answer<readonly Position[]>> {
  if (desk.product === 'spot') return ok([]);
  const call = readCall('positions', 'privateGetAccountPositions', { instType: 'SWAP' });
  const answer = await ask(desk, call, answerOf(positionSchema));
  if (!answer.ok) return answer;
  const orNull = (text: string): string | null => (text === '' ? null : text);
  return ok(
    answer.value.data
      .filter(({ pos }) => !decimal(pos).eq(ZERO))
      .map((row): Position => {
        const listing = desk.context.bySymbol(row.instId);
        const contracts = decimal(row.pos);
        const short = row.posSide === 'short' || (row.posSide === 'net' && contracts.lt(ZERO));
        return {
          feed: 'okx:perp',
          instrument: listing?.instrument ?? row.instId,
          side: short ? 'short' : 'long',
          quantity: wire(contracts.abs().times(decimal(listing?.contractSize ?? '1'))),
          entryPrice: orNull(row.avgPx),
          markPrice: orNull(row.markPx),
          liquidationPrice: orNull(row.liqPx),
          unrealised: orNull(row.upl),
          leverage: orNull(row.lever),
          marginMode: row.mgnMode,
        };
      }),
  );
}

/**
 * The account's own rates: by group of instruments, of which the account's list of instruments tells the members. Rates are
 * negative when they are paid. https://www.okx.com/docs-v5/en/#trading-account-rest-api-get-fee-rates
 */
export async function feesOf(desk: Desk): Promise<Answer<readonly FeeTier[]>> {
  const scope = { instType: desk.instType };
  const rates = await ask(desk, readCall('fees', 'privateGetAccountTradeFee', scope), feesSchema);
  if (!rates.ok) return rates;
  const members = await ask(desk, readCall('instruments', 'privateGetAccountInstruments', scope), groupsSchema);
  if (!members.ok) return members;
  const groups = new Map(rates.value.data.flatMap(({ feeGroup }) => feeGroup).map((group) => [group.groupId, group]));
  const groupOf = new Map(members.value.data.map(({ instId, groupId }) => [instId, groups.get(groupId)]));
  const bps = (rate: string): string => wire(ZERO.minus(decimal(rate)).times(BPS));
  return ok(
    desk.context.listings().flatMap(({ symbol, instrument }): FeeTier[] => {
      const group = groupOf.get(symbol);
      if (group === undefined) return [];
      const feed = desk.product === 'spot' ? 'okx:spot' : 'okx:perp';
      return [{ feed, instrument, makerBps: bps(group.maker), takerBps: bps(group.taker) }];
    }),
  );
}

/** Cross leverage by symbol. https://www.okx.com/docs-v5/en/#trading-account-rest-api-get-leverage */
export async function leverageOf(desk: Desk, symbols: readonly string[]): Promise<Answer<ReadonlyMap<string, string>>> {
  const known = new Map<string, string>();
  for (let from = 0; from < symbols.length; from += MOST_INSTRUMENTS) {
    const instId = symbols.slice(from, from + MOST_INSTRUMENTS).join(',');
    const call = readCall('leverage', 'privateGetAccountLeverageInfo', { instId, mgnMode: 'cross' });
    const answer = await ask(desk, call, leverageSchema);
    if (!answer.ok) return answer;
    for (const row of answer.value.data) known.set(row.instId, row.lever);
  }
  return ok(known);
}

/** Read back: "set" is believed when the venue shows it (AC-2). */
export async function setLeverage(desk: Desk, { symbol }: Listing, leverage: string): Promise<Answer<void>> {
  const fields = { instId: symbol, lever: leverage, mgnMode: 'cross' };
  const set = await desk.context.caller.call(cancelCall('leverage-set', 'privatePostAccountSetLeverage', fields));
  if (!set.ok) return set;
  const shown = await leverageOf(desk, [symbol]);
  if (!shown.ok) return shown;
  const now = shown.value.get(symbol);
  if (now !== undefined && decimal(now).eq(decimal(leverage))) return ok(undefined);
  return err(unreadable('leverage-set', `${symbol} shows ${now ?? 'no'} leverage after ${leverage} was set`));
}
