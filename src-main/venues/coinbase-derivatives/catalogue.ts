import { z } from 'zod';
import { decimal, wire } from '#shared/money/decimal';
import { plainDigits } from '../kit/numbers.ts';
import type { CatalogueMarket, CatalogueSource, VenueTerms } from '../kit/protocol.ts';
import { statusOfState } from './statuses.ts';

const PATH = '/api/v2/public/get_instruments?currency=USDC&kind=future';

const answerSchema = z.object({ result: z.array(z.unknown()) });
const number = z.number().positive().optional().catch(undefined);
const instrumentSchema = z.object({
  instrument_name: z.string(),
  base_currency: z.string(),
  quote_currency: z.string(),
  settlement_currency: z.string(),
  settlement_period: z.literal('perpetual'),
  instrument_type: z.literal('linear'),
  tick_size: number,
  /** Above these prices the tick is larger, always a multiple of the smaller ones. */
  tick_size_steps: z.array(z.object({ tick_size: z.number().positive() })).optional(),
  contract_size: number,
  min_trade_amount: number,
});
const termsSchema = z.object({
  instrument_name: z.string(),
  state: z.string(),
  is_active: z.boolean(),
  maker_commission: z.number(),
  taker_commission: z.number(),
});

/**
 * The linear perpetuals settled in USDC. Amounts are in base coin, in steps of `contract_size` (ccxt takes that for the
 * size of a contract), so a unit of quantity is one of the base.
 * https://docs.cdp.coinbase.com/api-reference/market-data/public-get_instruments
 */
export const GATEWAY_CATALOGUE: CatalogueSource = {
  kind: 'own',
  async load(get) {
    const { result } = answerSchema.parse(await get(PATH));
    return result.flatMap((info): CatalogueMarket[] => {
      // Dated futures share the list.
      const parsed = instrumentSchema.safeParse(info);
      if (!parsed.success) return [];
      const { data } = parsed;
      return [
        {
          id: data.instrument_name,
          base: data.base_currency,
          quote: data.quote_currency,
          settle: data.settlement_currency,
          // A price on the coarsest tick is valid at every price.
          priceTick:
            data.tick_size === undefined
              ? undefined
              : Math.max(data.tick_size, ...(data.tick_size_steps ?? []).map(({ tick_size }) => tick_size)),
          lotStep: data.contract_size,
          minQuantity: data.min_trade_amount,
          minNotional: undefined,
          contractSize: 1,
          info,
        },
      ];
    });
  },
};

/** @throws when the record lacks what money depends on. */
export function gatewayTerms(market: CatalogueMarket): VenueTerms {
  const info = termsSchema.parse(market.info);
  const status = statusOfState(info.state);
  return {
    symbol: info.instrument_name,
    status: status === 'normal' && !info.is_active ? 'halted' : status,
    // The band follows the index: a ticker tells its `min_price` and `max_price` of the moment.
    priceBand: null,
    makerFeeBps: bps(info.maker_commission),
    takerFeeBps: bps(info.taker_commission),
    aliasOf: null,
    frameDecimals: null,
    // Told by the ticker, in the unit of its rates; there is no settlement to wait for.
    funding: { accrual: 'continuous', intervalMs: null },
  };
}

const bps = (fraction: number): string => {
  const digits = `${fraction < 0 ? '-' : ''}${plainDigits(Math.abs(fraction))}`;
  return wire(decimal(digits).times('10000'));
};
