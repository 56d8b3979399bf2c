import type { Random } from '#shared/kernel/random';
import type { Candle } from './candles.ts';
import type { MarketSpec } from './market-spec.ts';
import { pow10 } from './market-spec.ts';
import type { EfficientPrices } from './prices.ts';
import { shapeOf } from './shape.ts';

export interface HistoryOptions {
  readonly prices: EfficientPrices;
  readonly specs: readonly MarketSpec[];
  readonly wallMs: number;
  readonly barMs: number;
  /** Bars that the prices walk through. */
  readonly bars: number;
  /** How many of them a market keeps. */
  readonly keptBy: (spec: MarketSpec) => number;
  readonly random: Random;
}

/**
 * Bars from before the world opened, so that a client asking for candles finds some, ending just before the one that
 * holds `wallMs`. The efficient prices are walked forward through them and stand at the opening price afterwards.
 */
export function inventHistory(options: HistoryOptions): Map<MarketSpec, Candle[]> {
  const { prices, specs, wallMs, barMs, bars: count, keptBy } = options;
  const randoms = new Map(specs.map((spec) => [spec, options.random.fork(`${spec.feed}/${spec.instrument}`)]));
  const running = Math.floor(wallMs / barMs) * barMs;
  const history = new Map<MarketSpec, Candle[]>(specs.map((spec) => [spec, []]));
  const opens = new Map(specs.map((spec) => [spec, ticks(prices, spec)]));
  const tradesPerBar = new Map(
    specs.map((spec) => {
      const shape = shapeOf(spec, prices.price(spec.base, spec.quote));
      return [spec, { trades: (shape.tradesPerSecond * barMs) / 1000, lots: shape.levelLots * 0.35 }] as const;
    }),
  );
  for (let bar = 0; bar < count; bar += 1) {
    prices.step(barMs);
    for (const spec of specs) {
      const open = opens.get(spec) ?? 0;
      const close = ticks(prices, spec);
      opens.set(spec, close);
      const wick = Math.abs(close - open) * 0.5 + close * 1e-5;
      const usual = tradesPerBar.get(spec);
      const random = randoms.get(spec);
      if (usual === undefined || random === undefined || count - bar > keptBy(spec)) continue;
      const trades = Math.max(1, Math.round(usual.trades * (0.5 + random.next())));
      const volume = Math.max(1, Math.round(trades * usual.lots));
      history.get(spec)?.push({
        openMs: running - (count - bar) * barMs,
        open,
        high: Math.round(Math.max(open, close) + wick * random.next()),
        low: Math.max(1, Math.round(Math.min(open, close) - wick * random.next())),
        close,
        volume,
        turnover: (volume * (open + close)) / 2,
        trades,
      });
    }
  }
  return history;
}

function ticks(prices: EfficientPrices, spec: MarketSpec): number {
  return Math.round(prices.price(spec.base, spec.quote) * pow10(spec.priceDecimals));
}
