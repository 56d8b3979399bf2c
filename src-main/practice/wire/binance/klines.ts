import type { HttpResponse } from '#shared/kernel/transport';
import { aggregate } from '../../world/candles.ts';
import type { MarketSpec } from '../../world/market-spec.ts';
import type { MarketView } from '../../world/world.ts';
import { integer, json } from '../http.ts';
import { failed, illegal, invalidSymbol, missing } from './answers.ts';

const INTERVALS_MS: Readonly<Record<string, number>> = {
  '1m': 60_000,
  '3m': 180_000,
  '5m': 300_000,
  '15m': 900_000,
  '30m': 1_800_000,
  '1h': 3_600_000,
  '2h': 7_200_000,
  '4h': 14_400_000,
  '6h': 21_600_000,
  '8h': 28_800_000,
  '12h': 43_200_000,
  '1d': 86_400_000,
};

/** How a product writes a bar. */
export interface BarDigits {
  readonly price: (spec: MarketSpec, ticks: number) => string;
  readonly size: (spec: MarketSpec, lots: number) => string;
  readonly turnover: (spec: MarketSpec, turnover: number) => string;
}

/** Answers `klines`, the same on every product but for its digits. */
export function klines(
  query: URLSearchParams,
  marketOf: (symbol: string) => MarketView | undefined,
  now: number,
  most: number,
  { price, size, turnover }: BarDigits,
): HttpResponse {
  const symbol = query.get('symbol');
  if (!symbol) return missing('symbol');
  const interval = query.get('interval');
  if (!interval) return missing('interval');
  const intervalMs = INTERVALS_MS[interval];
  if (intervalMs === undefined) return failed(400, -1120, 'Invalid interval.');
  const market = marketOf(symbol);
  if (market === undefined) return invalidSymbol();
  const limit = integer(query, 'limit', 1, most);
  const from = integer(query, 'startTime', 0, Number.MAX_SAFE_INTEGER);
  const to = integer(query, 'endTime', 0, Number.MAX_SAFE_INTEGER);
  if (limit === null || from === null || to === null) return illegal('limit');
  const bars = aggregate(market.candles, intervalMs, from ?? 0, Math.min(to ?? now, now));
  const rows = limit ?? 500;
  const { spec } = market;
  return json(
    200,
    (from === undefined ? bars.slice(-rows) : bars.slice(0, rows)).map((bar) => [
      bar.openMs,
      price(spec, bar.open),
      price(spec, bar.high),
      price(spec, bar.low),
      price(spec, bar.close),
      size(spec, bar.volume),
      bar.openMs + intervalMs - 1,
      turnover(spec, bar.turnover),
      bar.trades,
      size(spec, Math.floor(bar.volume / 2)),
      turnover(spec, bar.turnover / 2),
      '0',
    ]),
  );
}
