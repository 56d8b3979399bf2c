import type { FeedSink } from '#engine/ports';
import type { FeedId } from '#shared/domain/ids';
import type { TradingStatus } from '#shared/domain/listing';
import { ok, type Result } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import type { Announcements } from './maintenance.ts';
import type { Pauses } from './pauses.ts';
import type { RestClient, RestError } from './rest-client.ts';

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
  /** The feed can do without it: its calls say nothing of the venue's health. */
  readonly aside?: true;
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
  /** Reads announced maintenance off the same answers; `null` where it is announced elsewhere or not at all. */
  readonly announcements: Announcements | null;
}): Promise<void> {
  const { feed, source, rest, clock, sink, report, pauses, announcements } = options;
  for (;;) {
    await pauses.wait(untilPhase(source, clock.wallMs()));
    if (pauses.stopped) return;
    const answer = await ask(source, rest);
    if (pauses.stopped) return;
    if (!answer.ok) {
      announcements?.failed(answer.error.message);
      continue;
    }
    announcements?.answered([parsed(answer.value)]);
    try {
      report(source.read(JSON.parse(answer.value), clock.wallMs()));
    } catch (error) {
      sink.fault(feed, 'bad-shape', null, `venue status: ${String(error).slice(0, 160)}`);
    }
  }
}

async function ask({ path, weight, aside }: VenueStatusSource, rest: RestClient): Promise<Result<string, RestError>> {
  if (aside === true) return rest.aside(path, weight, TIMEOUT_MS);
  const answer = await rest.get('venue-status', path, weight, TIMEOUT_MS);
  return answer.ok ? ok(answer.value.response.body) : answer;
}

/** What is not JSON is no answer that any reader takes. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Until the next moment of the phase. */
function untilPhase({ everyMs, phaseMs }: VenueStatusSource, wallMs: number): number {
  const untilMs = (everyMs + phaseMs - (wallMs % everyMs)) % everyMs;
  return untilMs > NEAR_MS ? untilMs : untilMs + everyMs;
}
