import { VENUE_HOSTS } from '#main/venues/feeds';
import { VENUES, type Venue } from '#shared/domain/ids';
import type { SocketEvents, Transport } from '#shared/kernel/transport';
import { type Comparison, compare, digits, median, quantile, type Round, timed } from './measure.ts';
import { practiceEngine } from './practice-engine.ts';

export interface FrameResult extends Comparison {
  readonly venue: Venue;
  readonly frames: number;
  /** Sizes of the measured frames, bytes. */
  readonly medianBytes: number;
  readonly p99Bytes: number;
}

const WARM_UP_MS = 20_000;
const ROUNDS = 7;
const ROUND_MS = 4_000;

/** What one venue's frames took in the round that runs. */
interface Sample {
  times: number[];
  baseline: number[];
}

/**
 * From the bytes of a frame to the verdicts it leads to (decode, book, divergences, plan or rejection, paper venue),
 * against `JSON.parse` of the same frame, its text ready. Frames are those of the practice venues in virtual time; only
 * those that change a book are counted. Each frame is timed both ways, one after the other.
 */
export async function benchFrames(): Promise<readonly FrameResult[]> {
  const samples = new Map<Venue, Sample>(VENUES.map((venue) => [venue, { times: [], baseline: [] }]));
  const sizes = new Map<Venue, number[]>(VENUES.map((venue) => [venue, []]));
  let changes = () => 0;
  let measuring = false;
  const decoder = new TextDecoder();

  const measured = (venue: Venue, events: SocketEvents): SocketEvents => ({
    open: () => events.open(),
    pong: () => events.pong(),
    ping: () => events.ping(),
    closed: (code, reason) => events.closed(code, reason),
    message: (data) => {
      if (!measuring) {
        events.message(data);
        return;
      }
      const text = decoder.decode(data);
      const before = changes();
      const micros = timed(() => events.message(data));
      const parse = timed(() => JSON.parse(text));
      if (changes() === before) return;
      samples.get(venue)?.times.push(micros);
      samples.get(venue)?.baseline.push(parse);
      sizes.get(venue)?.push(data.byteLength);
    },
  });
  const practice = await practiceEngine(
    (transport) =>
      ({
        request: (request) => transport.request(request),
        openSocket: (url, events) => {
          const venue = venueOfHost(new URL(url).hostname);
          return transport.openSocket(url, venue === undefined ? events : measured(venue, events));
        },
      }) satisfies Transport,
  );
  changes = practice.bookChanges;
  await practice.run(WARM_UP_MS);
  measuring = true;
  const rounds = new Map<Venue, Round[]>(VENUES.map((venue) => [venue, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    await practice.run(ROUND_MS);
    for (const venue of VENUES) {
      const sample = samples.get(venue);
      if (sample !== undefined && sample.times.length > 0) rounds.get(venue)?.push(sample);
      samples.set(venue, { times: [], baseline: [] });
    }
  }
  await practice.stop();
  return VENUES.map((venue) => {
    const bytes = sizes.get(venue) ?? [];
    return {
      venue,
      frames: bytes.length,
      medianBytes: digits(median(bytes)),
      p99Bytes: digits(quantile(bytes, 0.99)),
      ...compare(rounds.get(venue) ?? []),
    };
  });
}

const venueOfHost = (host: string): Venue | undefined => VENUES.find((venue) => VENUE_HOSTS[venue].includes(host));
