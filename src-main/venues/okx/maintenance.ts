import { z } from 'zod';
import type { TradingStatus } from '#shared/domain/listing';
import type { MaintenanceSource } from '../kit/maintenance.ts';
import type { VenueStatusSource } from '../kit/venue-status.ts';
import { answerOf } from './answer.ts';

const PATH = '/api/v5/system/status';
/**
 * The services without which this venue cannot be traded or not be seen: WebSocket, trading whole, in batches of accounts and
 * in batches of products. An announcement names no product, so it concerns spot and perpetuals alike.
 */
const NEEDED: readonly string[] = ['0', '5', '8', '9'];
const PRODUCTION = '1';

/** Milliseconds; seconds or microseconds are not taken for them. */
const time = z
  .string()
  .regex(/^\d{13}$/)
  .transform(Number);
const eventSchema = z.object({
  /** Words for people: how trading is now must not depend on them. */
  title: z.string().default(''),
  state: z.string(),
  begin: time,
  end: z.union([time, z.literal('').transform(() => null)]),
  serviceType: z.string(),
  env: z.string().optional(),
});
type Event = z.infer<typeof eventSchema>;

/** Those that concern us, of a whole answer. @throws when it is not what it should be. */
const eventsOf = (body: unknown): readonly Event[] =>
  answerOf(eventSchema)
    .parse(body)
    .data.filter(({ serviceType, env }) => NEEDED.includes(serviceType) && (env === undefined || env === PRODUCTION));

/**
 * How trading is now by the announcements (MD-8): `{"title":"…","begin":"1672823400000","end":"1672823520000",
 * "serviceType":"5","state":"ongoing","env":"1",…}`. Without a state asked for, what is scheduled, going on and pre-open
 * comes. https://www.okx.com/docs-v5/en/#status
 */
export const systemStatus = (phaseMs: number): VenueStatusSource => ({
  path: PATH,
  weight: 1,
  // One request in 5 s for the address, and both products ask: each in a phase of its own.
  everyMs: 20_000,
  phaseMs,
  read(body, nowMs) {
    let status: TradingStatus = 'normal';
    for (const { state, begin, end } of eventsOf(body)) {
      // The state is changed by hand: what was to begin by now has begun.
      const begun = state === 'scheduled' && nowMs >= begin && (end === null || nowMs < end);
      if (state === 'ongoing' || begun) return 'maintenance';
      // "Canceling orders, placing Post Only orders … are back."
      if (state === 'pre_open') status = 'post-only';
    }
    return status;
  },
});

/** `canceled` and `completed` come only when asked for; they are known so that they are not taken for something else. */
const stateSchema = z.enum(['scheduled', 'ongoing', 'pre_open', 'completed', 'canceled']);

/** The same answers read for what is to come. An event has no id: its begin and its service tell it from others. */
export const OKX_MAINTENANCE: MaintenanceSource = {
  kind: 'with-status',
  place: `www.okx.com${PATH}`,
  read: (body) =>
    eventsOf(body).flatMap(({ title, state: said, begin, end, serviceType }) => {
      const state = stateSchema.parse(said);
      if (state === 'completed' || state === 'canceled') return [];
      return [
        {
          id: `${begin}/${serviceType}`,
          title,
          fromMs: begin,
          toMs: end,
          state: state === 'scheduled' ? 'announced' : 'under-way',
        } as const,
      ];
    }),
};
