import { z } from 'zod';
import type { TradingStatus } from '#shared/domain/listing';
import type { VenueStatusSource } from '../kit/venue-status.ts';
import { answerOf } from './answer.ts';

/** The services without which this venue cannot be traded or not be seen: WebSocket, trading whole and in batches. */
const NEEDED: readonly string[] = ['0', '5', '8', '9'];
const PRODUCTION = '1';

const time = z
  .string()
  .regex(/^\d{10,16}$/)
  .transform(Number);
const eventSchema = z.object({
  state: z.string(),
  begin: time,
  end: time,
  serviceType: z.string(),
  env: z.string().optional(),
});

/**
 * Announced maintenance (MD-8): `{"begin":"1672823400000","end":"1672823520000","serviceType":"5","state":"ongoing",
 * "env":"1",…}`. Without a state asked for, what is scheduled, going on and pre-open comes.
 * https://www.okx.com/docs-v5/en/#status
 */
export const systemStatus = (phaseMs: number): VenueStatusSource => ({
  path: '/api/v5/system/status',
  weight: 1,
  // One request in 5 s for the address, and both products ask: each in a phase of its own.
  everyMs: 20_000,
  phaseMs,
  read(body, nowMs) {
    let status: TradingStatus = 'normal';
    for (const { state, begin, end, serviceType, env } of answerOf(eventSchema).parse(body).data) {
      if (!NEEDED.includes(serviceType) || (env !== undefined && env !== PRODUCTION)) continue;
      // The state is changed by hand: what was to begin by now has begun.
      if (state === 'ongoing' || (state === 'scheduled' && nowMs >= begin && nowMs < end)) return 'maintenance';
      // "Canceling orders, placing Post Only orders … are back."
      if (state === 'pre_open') status = 'post-only';
    }
    return status;
  },
});
