import { z } from 'zod';
import type { VenueStatusSource } from '../kit/venue-status.ts';

const answerSchema = z.object({ status: z.union([z.literal(0), z.literal(1)]) });

/**
 * `{"status":0,"msg":"normal"}` or `{"status":1,"msg":"system_maintenance"}` (MD-8): how it is now, and nothing of what is to
 * come. https://developers.binance.com/docs/wallet/others/system-status
 */
export const BINANCE_SYSTEM_STATUS: VenueStatusSource = {
  path: '/sapi/v1/system/status',
  weight: 1,
  everyMs: 60_000,
  phaseMs: 30_000,
  // Symbols have statuses of their own: this only adds to them.
  aside: true,
  read: (body) => (answerSchema.parse(body).status === 1 ? 'maintenance' : 'normal'),
};
