import type { FeedSink } from '#engine/ports';
import type { FeedId } from '#shared/domain/ids';
import type { MaintenanceWindow } from '#shared/domain/maintenance';
import type { Random } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import type { Pauses } from './pauses.ts';
import type { RestClient } from './rest-client.ts';

const TIMEOUT_MS = 8_000;
/** A page that is longer holds something else than announcements. */
const MAX_BODY_CHARACTERS = 2_000_000;
const EVERY_MS = 120_000;
/** While a maintenance is near, or after a look that failed. */
const SOON_MS = 60_000;
const NEAR_MS = 15 * 60_000;
/** Feeds that start together do not ask together. */
const FIRST_WITHIN_MS = 3_000;
/** A maintenance with an open end that the venue's list forgets when it begins is believed for so long. */
const OPEN_END_MS = 30 * 60_000;
const TITLE_CHARACTERS = 160;

/** A window as the venue's answer has it. */
export type Announced = Pick<MaintenanceWindow, 'id' | 'title' | 'fromMs' | 'toMs' | 'state'>;

interface Readable {
  /** Host and path, as a person reads them. */
  readonly place: string;
}

/**
 * Where a venue announces its maintenance (MD-8). `none`: nowhere a program could read it. `with-status`: in the answers of
 * the feed's venue status. `polled`: in answers of its own; all of `urls` are read in this order, one after the other.
 */
export type MaintenanceSource =
  | { readonly kind: 'none'; readonly why: string }
  | (Readable & {
      readonly kind: 'with-status';
      /** Windows that are to come or under way. @throws when the answer is not what it should be. */
      read(body: unknown): readonly Announced[];
    })
  | (Readable & {
      readonly kind: 'polled';
      readonly urls: readonly [string, ...string[]];
      readonly weight: number;
      /** The list drops an event when its window begins, not when it ends. */
      readonly forgetsStarted?: true;
      /** Windows that are to come or under way. @throws when an answer is not what it should be. */
      read(bodies: readonly unknown[]): readonly Announced[];
    });

type ReadableSource = Exclude<MaintenanceSource, { kind: 'none' }>;

/**
 * Tells the sink what each look at the announcements gave. An announcement is an extra: what cannot be read is said in
 * words and never taken for “no maintenance”, what was read before still stands, and trading goes on, because the live
 * status of venue and instruments is what guards it.
 */
export class Announcements {
  readonly #feed: FeedId;
  readonly #source: ReadableSource;
  readonly #clock: Clock;
  readonly #sink: FeedSink;
  #windows: readonly MaintenanceWindow[] = [];

  constructor(options: { feed: FeedId; source: ReadableSource; clock: Clock; sink: FeedSink }) {
    this.#feed = options.feed;
    this.#source = options.source;
    this.#clock = options.clock;
    this.#sink = options.sink;
  }

  /** Takes parsed answers, one for each address. False when they could not be read. */
  answered(bodies: readonly unknown[]): boolean {
    let announced: readonly Announced[];
    try {
      announced = readBy(this.#source, bodies);
    } catch (error) {
      this.failed(`it is not what it should be (${shortly(error)})`);
      return false;
    }
    const readAtMs = this.#clock.wallMs();
    const told = apart(announced).map(
      (one): MaintenanceWindow => ({
        ...one,
        title: titleOf(one.title),
        feed: this.#feed,
        source: this.#source.place,
        readAtMs,
      }),
    );
    this.#windows = [...told, ...this.#forgotten(told, readAtMs)];
    this.#sink.maintenance(this.#feed, { kind: 'windows', windows: this.#windows });
    return true;
  }

  failed(why: string): void {
    this.#sink.maintenance(this.#feed, { kind: 'unreadable', why: `${this.#source.place}: ${why}` });
  }

  /** A window begins soon, or is under way. */
  near(): boolean {
    const nowMs = this.#clock.wallMs();
    return this.#windows.some(({ fromMs }) => fromMs - nowMs <= NEAR_MS);
  }

  /** What has begun and is only missing from the list because it has. */
  #forgotten(told: readonly MaintenanceWindow[], nowMs: number): readonly MaintenanceWindow[] {
    if (this.#source.kind !== 'polled' || this.#source.forgetsStarted !== true) return [];
    return this.#windows
      .filter(({ id, fromMs, toMs }) => {
        const until = toMs ?? fromMs + OPEN_END_MS;
        return fromMs <= nowMs && nowMs < until && told.every((one) => one.id !== id);
      })
      .map((window) => ({ ...window, state: 'under-way' }));
  }
}

/** An end that is not after its begin is no end; those of one id are one window over the whole of them. */
function apart(announced: readonly Announced[]): readonly Announced[] {
  const byId = new Map<string, Announced>();
  for (const one of announced) {
    const window = one.toMs !== null && one.toMs <= one.fromMs ? { ...one, toMs: null } : one;
    const same = byId.get(one.id);
    byId.set(one.id, same === undefined ? window : together(same, window));
  }
  return [...byId.values()];
}

const together = (a: Announced, b: Announced): Announced => ({
  ...a,
  fromMs: Math.min(a.fromMs, b.fromMs),
  toMs: a.toMs === null || b.toMs === null ? null : Math.max(a.toMs, b.toMs),
  state: a.state === 'under-way' ? a.state : b.state,
});

const readBy = (source: ReadableSource, bodies: readonly unknown[]): readonly Announced[] =>
  source.kind === 'polled' ? source.read(bodies) : source.read(bodies[0]);

/**
 * Looks every two minutes or so, until `pauses` are stopped. It never concerns the feed itself: no call of it counts
 * towards the venue's health, and a page that does not answer costs nothing but its news.
 */
export async function watchMaintenance(options: {
  readonly feed: FeedId;
  readonly source: Extract<MaintenanceSource, { kind: 'polled' }>;
  readonly rest: RestClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly sink: FeedSink;
  readonly pauses: Pauses;
}): Promise<void> {
  const { source, rest, random, pauses } = options;
  const announcements = new Announcements(options);
  await pauses.wait(random.next() * FIRST_WITHIN_MS);
  while (!pauses.stopped) {
    const read = await readAll(source, rest);
    if (pauses.stopped) return;
    const understood = typeof read !== 'string' && announcements.answered(read);
    if (typeof read === 'string') announcements.failed(read);
    const waitMs = understood && !announcements.near() ? EVERY_MS : SOON_MS;
    await pauses.wait(waitMs * (0.8 + 0.4 * random.next()));
  }
}

/** The parsed answers, or why there are none, in words. */
async function readAll(
  { urls, weight }: Extract<MaintenanceSource, { kind: 'polled' }>,
  rest: RestClient,
): Promise<readonly unknown[] | string> {
  const bodies: unknown[] = [];
  for (const url of urls) {
    const answer = await rest.aside(url, weight, TIMEOUT_MS);
    if (!answer.ok) return answer.error.message;
    if (answer.value.length > MAX_BODY_CHARACTERS) return `an answer of ${answer.value.length} characters`;
    try {
      bodies.push(JSON.parse(answer.value));
    } catch {
      return 'the answer is not JSON';
    }
  }
  return bodies;
}

/** One line, however the venue wrote it. */
function titleOf(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  if (line === '') return 'no title';
  return line.length > TITLE_CHARACTERS ? `${line.slice(0, TITLE_CHARACTERS - 1)}…` : line;
}

const shortly = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s+/g, ' ').slice(0, 120);
};
