import { z } from 'zod';
import type { TradingStatus } from '#shared/domain/listing';
import type { CatalogueMarket, CatalogueSource } from '../../kit/protocol.ts';
import { currencyOf } from '../names.ts';

const instrumentsSchema = z.object({
  result: z.literal('success'),
  instruments: z.array(z.object({ symbol: z.string(), type: z.string() }).loose()),
});
const tickersSchema = z.object({
  result: z.literal('success'),
  tickers: z.array(z.object({ symbol: z.string(), suspended: z.boolean().optional() })),
});
/** https://docs.kraken.com/api-reference/instrument-details/get-instruments */
const perpetualSchema = z.object({
  symbol: z.string(),
  tickSize: z.number().positive(),
  contractSize: z.number().positive(),
  /** Decimals of a quantity; below 0 for coins that are counted by the thousand. */
  contractValueTradePrecision: z.number().int().min(-12).max(20),
  tradeable: z.boolean(),
  postOnly: z.boolean().optional(),
  lastTradingTime: z.string().optional(),
});
const statusSchema = perpetualSchema.pick({ tradeable: true, postOnly: true }).extend({ suspended: z.boolean() });

/** `PF_XBTUSD` gives `{ base: 'BTC', quote: 'USD' }`; `null` for what is no linear multi-collateral perpetual. */
export function perpetualNamed(symbol: string): { readonly base: string; readonly quote: string } | null {
  const named = /^PF_([A-Z0-9]+)USD$/.exec(symbol);
  return named === null ? null : { base: currencyOf(named[1] ?? ''), quote: 'USD' };
}

/**
 * Our own calls: ccxt's class reads the instruments, but not that trading in one is suspended, which only its ticker
 * tells (MD-8).
 */
export const FUTURES_CATALOGUE: CatalogueSource = {
  kind: 'own',
  async load(get) {
    const instruments = instrumentsSchema.parse(await get('/derivatives/api/v3/instruments')).instruments;
    const tickers = tickersSchema.parse(await get('/derivatives/api/v3/tickers')).tickers;
    const suspended = new Map(tickers.map((ticker) => [ticker.symbol, ticker.suspended]));
    const markets: CatalogueMarket[] = [];
    for (const record of instruments) {
      const name = perpetualNamed(record.symbol);
      if (name === null || record.type !== 'flexible_futures') continue;
      const parsed = perpetualSchema.safeParse(record);
      if (parsed.data?.lastTradingTime !== undefined) continue;
      const { tickSize, contractSize, contractValueTradePrecision: decimals } = parsed.data ?? {};
      markets.push({
        id: record.symbol,
        ...name,
        settle: name.quote,
        priceTick: tickSize,
        lotStep: decimals === undefined ? undefined : Number(`1e${-decimals}`),
        minQuantity: undefined,
        minNotional: undefined,
        contractSize: contractSize ?? Number.NaN,
        // Without its ticker nobody knows whether it trades.
        info: { ...record, suspended: suspended.get(record.symbol) },
      });
    }
    return markets;
  },
};

/** MD-8: of a record of {@link FUTURES_CATALOGUE}. */
export function statusOf(info: unknown): TradingStatus {
  const parsed = statusSchema.safeParse(info);
  if (!parsed.success) return 'unknown';
  const { tradeable, postOnly, suspended } = parsed.data;
  if (!tradeable || suspended) return 'halted';
  return postOnly === true ? 'post-only' : 'normal';
}
