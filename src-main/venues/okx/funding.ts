import { z } from 'zod';
import { REFERENCE_VALUES } from '#engine/ports';
import type { FundingSource } from '../kit/protocol.ts';
import { answerOf } from './answer.ts';
import { fundingSchema } from './messages.ts';
import { readFunding } from './references.ts';

const MINUTE_MS = 60_000;
/** The venue keeps three months and gives up to 400 of them. */
const ROWS = 400;

const termsSchema = answerOf(fundingSchema);
const historySchema = answerOf(
  z.object({
    /** The estimate shortly before; what was paid is the realized rate. */
    fundingRate: z.string(),
    realizedRate: z.string(),
    fundingTime: z.coerce.number().int().positive(),
  }),
);

/**
 * https://www.okx.com/docs-v5/en/#public-data-rest-api-get-funding-rate (`ANY` gives all swaps at once) and
 * …-get-funding-rate-history.
 */
export const SWAP_FUNDING: FundingSource = {
  polls: [
    {
      endpoint: 'funding-terms',
      path: '/api/v5/public/funding-rate?instId=ANY',
      weight: 1,
      everyMs: MINUTE_MS,
      *read(body) {
        for (const row of termsSchema.parse(body).data) {
          const values = new Float64Array(REFERENCE_VALUES);
          if (readFunding(row, values)) yield { symbol: row.instId, values };
        }
      },
    },
  ],
  history: {
    weight: 1,
    path: (symbol) => `/api/v5/public/funding-rate-history?instId=${encodeURIComponent(symbol)}&limit=${ROWS}`,
    read: (body) =>
      historySchema
        .parse(body)
        .data.map(({ fundingRate, realizedRate, fundingTime }) => ({
          settledAtMs: fundingTime,
          rate: realizedRate === '' ? fundingRate : realizedRate,
          intervalMs: null,
        }))
        .sort((a, b) => a.settledAtMs - b.settledAtMs),
  },
};
