import type { Listing } from '#shared/domain/listing';
import { decimal } from '#shared/money/decimal';
import type { VenueFill } from '../../orders/adapter.ts';
import { termsOf } from '../../orders/adjustments.ts';
import type { FillRow } from './messages.ts';
import { venueFill } from './rows.ts';

type BySymbol = (symbol: string) => Listing | undefined;

/**
 * Executions out of the rows of a list, oldest first. "Regular fills have the value FILL. Adjusted fills have possible values
 * REVERSAL, CORRECTION, SYNTHETIC", under the trade id of what they adjust: those of one trade are one execution.
 * https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/orders/list-fills
 */
export function executionsOf(rows: readonly FillRow[], bySymbol: BySymbol): readonly VenueFill[] {
  const trades = new Map<string, FillRow[]>();
  for (const row of rows) {
    const name = `${row.order_id} ${row.trade_id}`;
    trades.set(name, [...(trades.get(name) ?? []), row]);
  }
  return [...trades.values()].flatMap((trade) =>
    trade.every(({ trade_type }) => trade_type === 'FILL')
      ? trade.map((row) => venueFill(row, bySymbol))
      : (adjusted(trade, bySymbol) ?? []),
  );
}

/**
 * What stands of a trade that was adjusted. Clear are a fill that was reversed whole, with or without the one correction
 * that takes its place, and a correction that changes no money; everything else nobody can read for sure.
 */
function adjusted(trade: readonly FillRow[], bySymbol: BySymbol): VenueFill | undefined {
  const of = (type: string) => trade.filter(({ trade_type }) => trade_type === type);
  const [fills, reversals, corrections] = [of('FILL'), of('REVERSAL'), of('CORRECTION')];
  const words = [...new Set(trade.map(({ trade_type }) => trade_type))].join(', ');
  const last = trade.at(-1);
  if (last === undefined) return undefined;
  const unclear = { ...venueFill(last, bySymbol), adjusted: { words, clear: false } };
  const [fill, twice] = fills;
  const [correction, again] = corrections;
  const isOther = fills.length + reversals.length + corrections.length < trade.length;
  if (fill === undefined || twice !== undefined || again !== undefined || isOther) return unclear;
  const before = venueFill(fill, bySymbol);
  const after = correction === undefined ? { ...before, quantity: '0', fee: '0' } : venueFill(correction, bySymbol);
  const [reversal, more] = reversals;
  const isReversed = reversal !== undefined && more === undefined && takesBack(reversal, fill);
  const isUnchanged = reversal === undefined && termsOf(before) === termsOf(after);
  return isReversed || isUnchanged ? { ...after, adjusted: { words, clear: true } } : unclear;
}

const takesBack = (reversal: FillRow, fill: FillRow): boolean =>
  reversal.size_in_quote === fill.size_in_quote &&
  decimal(reversal.size).abs().eq(decimal(fill.size)) &&
  decimal(reversal.price).eq(decimal(fill.price));
