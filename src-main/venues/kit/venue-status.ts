import type { FeedSink } from '#engine/ports';
import type { FeedId } from '#shared/domain/ids';
import type { TradingStatus } from '#shared/domain/listing';
import type { Clock } from '#shared/kernel/time';
import type { Pauses } from './pauses.ts';
import type { RestClient } from './rest-client.ts';

const TIMEOUT_MS = 5_000;
/** Timers fire a little early or late: a moment nearer than this is the one that has just been. */
const NEAR_MS = 1_000;

/** MD-8: what the venue announces over REST of its trading as a whole. */
export interface VenueStatusSource {
  readonly path: string;
  readonly weight: number;
  readonly everyMs: number;
  /** Asked when the wall clock is this far into a period, so that two feeds of one address never ask at once. */
  readonly phaseMs: number;
  /** `normal` hands back to each listing's own status. @throws when the answer is not what it should be. */
  read(body: unknown, nowMs: number): TradingStatus;
}

/**
 * Asks until `pauses` are stopped. While there is no answer the last one holds: that the venue does not answer is for its
 * health to judge, and what was announced before still stands.
 */
export async function watchVenueStatus(options: {
  readonly feed: FeedId;
  readonly source: VenueStatusSource;
  readonly rest: RestClient;
  readonly clock: Clock;
  readonly sink: FeedSink;
  readonly report: (status: TradingStatus) => void;
  readonly pauses: Pauses;
}): Promise<void> {
  const { feed, source, rest, clock, sink, report, pauses } = options;
  for (;;) {
    await pauses.wait(untilPhase(source, clock.wallMs()));
    if (pauses.stopped) return;
    const answer = await rest.get('venue-status', source.path, source.weight, TIMEOUT_MS);
    if (pauses.stopped) return;
    if (answer.ok) {
      try {
        report(source.read(JSON.parse(answer.value.response.body), clock.wallMs()));
      } catch (error) {
        sink.fault(feed, 'bad-shape', null, `venue status: ${String(error).slice(0, 160)}`);
      }
    }
  }
}

/** Until the next moment of the phase. */
function untilPhase({ everyMs, phaseMs }: VenueStatusSource, wallMs: number): number {
  const untilMs = (everyMs + phaseMs - (wallMs % everyMs)) % everyMs;
  return untilMs > NEAR_MS ? untilMs : untilMs + everyMs;
}
