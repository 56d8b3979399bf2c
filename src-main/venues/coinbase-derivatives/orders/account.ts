import type { FeeTier, Holding, Position } from '#shared/domain/account';
import type { Listing } from '#shared/domain/listing';
import { err, ok } from '#shared/kernel/result';
import { type Decimal, decimal, max, min, wire, ZERO } from '#shared/money/decimal';
import type { AdapterContext, Answer } from '../../orders/adapter.ts';
import { read } from './history.ts';
import { feesSchema, positionsSchema, summariesSchema } from './messages.ts';
import type { GatewaySession } from './session.ts';

const FEED = 'coinbase:perp';
const digits = (text: string): string => wire(decimal(text));
const bps = (fraction: Decimal): string => wire(fraction.times('10000'));

/**
 * Money of the derivatives account. Under cross margin the gateway states available funds over all collateral, in each
 * currency: what is free of a currency is never more than its own balance.
 */
export async function holdings(session: GatewaySession): Promise<Answer<readonly Holding[]>> {
  const call = read('summaries', 'private/get_account_summaries', { extended: false });
  const answer = await session.call(call, summariesSchema);
  if (!answer.ok) return answer;
  return ok(
    answer.value.summaries.map(({ currency, balance, available_funds }) => {
      const total = decimal(balance);
      const free = max(ZERO, min(total, decimal(available_funds)));
      return { wallet: 'derivatives', currency, free: wire(free), locked: wire(max(ZERO, total.minus(free))) };
    }),
  );
}

/** Net positions, one an instrument. `size_currency` is in base units whatever unit `size` has. */
export async function positions(
  { bySymbol }: AdapterContext,
  session: GatewaySession,
): Promise<Answer<readonly Position[]>> {
  const call = read('positions', 'private/get_positions', { currency: 'USDC', kind: 'future' });
  const answer = await session.call(call, positionsSchema);
  if (!answer.ok) return answer;
  return ok(
    answer.value.flatMap((row): Position[] => {
      const size = decimal(row.size_currency);
      if (size.eq(ZERO)) return [];
      const { estimated_liquidation_price: liquidation, leverage } = row;
      return [
        {
          feed: FEED,
          instrument: bySymbol(row.instrument_name)?.instrument ?? row.instrument_name,
          side: size.gt(ZERO) ? 'long' : 'short',
          quantity: wire(size.abs()),
          entryPrice: digits(row.average_price),
          markPrice: digits(row.mark_price),
          liquidationPrice: liquidation == null ? null : digits(liquidation),
          unrealised: digits(row.floating_profit_loss),
          leverage: leverage == null ? null : digits(leverage),
          marginMode: row.isolated === true ? 'isolated' : 'cross',
        },
      ];
    }),
  );
}

/**
 * Rates of each perpetual. The account names its own "when the user has any discounts"; without a word of it the commission
 * of the instrument, which the catalogue states, is what is paid.
 */
export async function fees({ listings }: AdapterContext, session: GatewaySession): Promise<Answer<readonly FeeTier[]>> {
  const call = read('fees', 'private/get_account_summary', { currency: 'USDC', extended: true });
  const answer = await session.call(call, feesSchema);
  if (!answer.ok) return answer;
  const own = answer.value.fees;
  const tiers: FeeTier[] = [];
  for (const listing of listings()) {
    const { instrument, makerFeeBps, takerFeeBps } = listing;
    const rates = own?.[indexOf(listing)]?.perpetual?.default;
    if (rates === undefined) tiers.push({ feed: FEED, instrument, makerBps: makerFeeBps, takerBps: takerFeeBps });
    else if (rates.type === 'fixed') {
      const { maker, taker } = rates;
      tiers.push({ feed: FEED, instrument, makerBps: bps(decimal(maker)), takerBps: bps(decimal(taker)) });
    } else {
      const message = `fees of ${listing.symbol} are “${rates.type}”`;
      return err({ kind: 'in-doubt', code: 'UNREADABLE', message, retryAtMonoMs: null });
    }
  }
  return ok(tiers);
}

/** `btc_usdc` */
const indexOf = ({ symbol }: Listing): string => symbol.slice(0, symbol.indexOf('-')).toLowerCase();
