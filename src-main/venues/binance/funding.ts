import { z } from 'zod';
import {
  FUNDING_INTERVAL_MS,
  FUNDING_RATE,
  INDEX_PRICE,
  MARK_PRICE,
  NEXT_SETTLEMENT_MS,
  REFERENCE_TIME_MS,
  REFERENCE_VALUES,
} from '#engine/ports';
import { decimalText } from '#shared/domain/wire';
import { epochMs, signedDecimal, unsignedDecimal } from '../kit/numbers.ts';
import type { FundingSource } from '../kit/protocol.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Funding calls share a limit of their own, 500 in five minutes: with this weight the budget keeps under it. */
const FUNDING_WEIGHT = 20;

/** `[{"symbol":"BLZUSDT","adjustedFundingRateCap":"0.03","adjustedFundingRateFloor":"-0.03","fundingIntervalHours":4}]` */
const adjustedSchema = z.array(z.object({ symbol: z.string(), fundingIntervalHours: z.number().int().positive() }));
/**
 * `[{"symbol":"BTCUSDT","markPrice":"11793.63104562","indexPrice":"11781.80495970","estimatedSettlePrice":"11781.16138815",
 * "lastFundingRate":"0.00038246","nextFundingTime":1597392000000,"interestRate":"0.00010000","time":1597370495002}]`
 */
const premiumSchema = z.array(
  z.object({
    symbol: z.string(),
    markPrice: z.string(),
    indexPrice: z.string(),
    lastFundingRate: z.string(),
    nextFundingTime: z.number(),
    time: z.number(),
  }),
);
/** `[{"symbol":"BTCUSDT","fundingTime":1698768000000,"fundingRate":"0.00010000","markPrice":"34287.54619963"}]` */
const settlementSchema = z.array(z.object({ fundingTime: z.number().int().positive(), fundingRate: decimalText }));

/**
 * MD-7. Binance reports the interval only of contracts that were ever adjusted; of the others it has to be proven by what
 * it does report: the last two settlements and the next one lie equally far apart.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Get-Funding-Rate-Info
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Mark-Price
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Get-Funding-Rate-History
 */
export const PERP_FUNDING: FundingSource = {
  polls: [
    {
      endpoint: 'funding-terms',
      path: '/fapi/v1/fundingInfo',
      weight: FUNDING_WEIGHT,
      everyMs: MINUTE_MS,
      *read(body) {
        for (const { symbol, fundingIntervalHours } of adjustedSchema.parse(body)) {
          const values = new Float64Array(REFERENCE_VALUES).fill(Number.NaN);
          values[FUNDING_INTERVAL_MS] = fundingIntervalHours * HOUR_MS;
          yield { symbol, values };
        }
      },
    },
    {
      endpoint: 'funding-marks',
      path: '/fapi/v1/premiumIndex',
      weight: 10,
      everyMs: MINUTE_MS,
      *read(body) {
        for (const row of premiumSchema.parse(body)) {
          const values = new Float64Array(REFERENCE_VALUES).fill(Number.NaN);
          // Contracts with a date have no funding: "" and 0.
          values[FUNDING_RATE] = signedDecimal(row.lastFundingRate);
          values[NEXT_SETTLEMENT_MS] = epochMs(row.nextFundingTime);
          values[MARK_PRICE] = unsignedDecimal(row.markPrice);
          values[INDEX_PRICE] = unsignedDecimal(row.indexPrice);
          values[REFERENCE_TIME_MS] = epochMs(row.time);
          yield { symbol: row.symbol, values };
        }
      },
    },
  ],
  history: {
    weight: FUNDING_WEIGHT,
    path: (symbol) => `/fapi/v1/fundingRate?symbol=${encodeURIComponent(symbol)}&limit=200`,
    read: (body) =>
      settlementSchema
        .parse(body)
        .map(({ fundingTime, fundingRate }) => ({ settledAtMs: fundingTime, rate: fundingRate, intervalMs: null }))
        .sort((a, b) => a.settledAtMs - b.settledAtMs),
    provesInterval: true,
  },
};
