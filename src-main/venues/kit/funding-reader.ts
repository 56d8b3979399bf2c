import { type FeedSink, FUNDING_INTERVAL_MS, NEXT_SETTLEMENT_MS, REFERENCE_VALUES } from '#engine/ports';
import type { FundingSettlement } from '#shared/domain/funding';
import type { FeedId, ListingId } from '#shared/domain/ids';
import type { Cancel, Clock } from '#shared/kernel/time';
import { UNKNOWN_INTERVAL } from './decoder.ts';
import { provenInterval } from './interval-proof.ts';
import type { Pauses } from './pauses.ts';
import type { FundingSource, ReferencePoll, TransferSource } from './protocol.ts';
import type { RestClient } from './rest-client.ts';

const TIMEOUT_MS = 8_000;
/** Settlements are asked for this long after they were due: venues book them a little late. */
const AFTER_SETTLEMENT_MS = 20_000;
const HISTORY_EVERY_MS = 3_600_000;
const RETRY_MS = 30_000;
/** Where only polls tell intervals, they hold this long after the last poll that could be read. */
const INTERVAL_LIFE_MS = 15 * 60_000;

/** The perpetuals of a feed as they are now, by the venue's symbol. */
export type Perpetuals = () => ReadonlyMap<string, ListingId>;

/**
 * What a venue tells of funding over REST (MD-7): terms of many instruments at once, polled; and the history of each,
 * read at start and after each full hour, since intervals are whole hours. A failed call is in the API record and is
 * tried again; what it would have told stays unknown.
 */
export class FundingReader {
  readonly #feed: FeedId;
  readonly #source: FundingSource;
  readonly #rest: RestClient;
  readonly #clock: Clock;
  readonly #sink: FeedSink;
  readonly #perpetuals: Perpetuals;
  readonly #settled: (symbol: string, rows: readonly FundingSettlement[]) => void;
  readonly #timers = new Set<Cancel>();
  readonly #known = new Set<ListingId>();
  /** Whose interval each poll told the last time it was read, and when that was. */
  readonly #intervals = new Map<
    ReferencePoll,
    { readonly told: ReadonlySet<ListingId>; readonly readMonoMs: number }
  >();
  readonly #nextMs = new Map<ListingId, number>();
  readonly #histories = new Map<ListingId, { rows: readonly FundingSettlement[]; readAtMs: number }>();
  readonly #proof = new Float64Array(REFERENCE_VALUES);
  #reading = false;
  /** All are due again while some are still being read. */
  #dueAgain = false;
  #cancelRetry: Cancel = () => undefined;
  #stopped = false;

  constructor(options: {
    feed: FeedId;
    source: FundingSource;
    rest: RestClient;
    clock: Clock;
    sink: FeedSink;
    perpetuals: Perpetuals;
    /** Told of each history beside the sink. */
    settled?: (symbol: string, rows: readonly FundingSettlement[]) => void;
  }) {
    this.#feed = options.feed;
    this.#source = options.source;
    this.#rest = options.rest;
    this.#clock = options.clock;
    this.#sink = options.sink;
    this.#perpetuals = options.perpetuals;
    this.#settled = options.settled ?? (() => undefined);
  }

  start(): void {
    for (const poll of this.#source.polls) void this.#poll(poll);
    void this.#readHistories(true);
    this.#planHour();
  }

  /** Instruments came: their history is read now, and what the polls tell of them with the next poll. */
  catalogueChanged(): void {
    if (!this.#stopped) void this.#readHistories(true);
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  async #poll(poll: ReferencePoll): Promise<void> {
    const answer = await this.#rest.get(poll.endpoint, poll.path, poll.weight, TIMEOUT_MS);
    if (this.#stopped) return;
    let understood = false;
    if (answer.ok) {
      try {
        const perpetuals = this.#perpetuals();
        // What the stream told since the question was asked is newer than its answer.
        const { sentMonoMs: monoMs } = answer.value;
        const told = new Set<ListingId>();
        for (const { symbol, values } of poll.read(JSON.parse(answer.value.response.body))) {
          const listing = perpetuals.get(symbol);
          if (listing === undefined) continue;
          this.#sink.reference(listing, values, monoMs);
          if (!Number.isNaN(values[FUNDING_INTERVAL_MS] as number)) told.add(listing);
          const nextMs = values[NEXT_SETTLEMENT_MS] as number;
          if (!Number.isNaN(nextMs)) this.#nextMs.set(listing, nextMs);
        }
        this.#intervals.set(poll, { told, readMonoMs: monoMs });
        for (const listing of perpetuals.values()) this.#prove(listing);
        understood = true;
      } catch (error) {
        this.#sink.fault(this.#feed, 'bad-shape', null, `${poll.endpoint}: ${wordsOf(error)}`);
      }
    }
    if (!understood) this.#outlive(poll);
    this.#later(understood ? poll.everyMs : Math.min(RETRY_MS, poll.everyMs), () => void this.#poll(poll));
  }

  /** A venue that cannot be asked may have changed any interval since (MD-7): from then on they are unknown. */
  #outlive(poll: ReferencePoll): void {
    const last = this.#intervals.get(poll);
    const nowMs = this.#clock.monoMs();
    if (this.#source.history.provesInterval !== true || last === undefined) return;
    if (nowMs - last.readMonoMs <= INTERVAL_LIFE_MS) return;
    this.#intervals.delete(poll);
    for (const listing of this.#perpetuals().values()) this.#tellInterval(listing, UNKNOWN_INTERVAL);
  }

  #planHour(): void {
    const intoHourMs = this.#clock.wallMs() % HISTORY_EVERY_MS;
    // Just after the hour its settlement is not in the history yet.
    const nextHourMs = intoHourMs < AFTER_SETTLEMENT_MS ? 0 : HISTORY_EVERY_MS;
    this.#later(nextHourMs - intoHourMs + AFTER_SETTLEMENT_MS, () => {
      void this.#readHistories(false);
      this.#planHour();
    });
  }

  /** One instrument after the other, within the budget. */
  async #readHistories(onlyNew: boolean): Promise<void> {
    if (this.#reading) {
      this.#dueAgain ||= !onlyNew;
      return;
    }
    this.#reading = true;
    for (const [symbol, listing] of [...this.#perpetuals()]) {
      if (this.#stopped) break;
      if (onlyNew && this.#known.has(listing)) continue;
      if (await this.#readHistory(symbol, listing)) this.#known.add(listing);
      else this.#known.delete(listing);
    }
    this.#reading = false;
    if (this.#dueAgain) {
      this.#dueAgain = false;
      void this.#readHistories(false);
      return;
    }
    const missing = [...this.#perpetuals().values()].some((listing) => !this.#known.has(listing));
    this.#cancelRetry();
    if (missing) this.#cancelRetry = this.#later(RETRY_MS, () => void this.#readHistories(true));
  }

  async #readHistory(symbol: string, listing: ListingId): Promise<boolean> {
    const { history } = this.#source;
    const path = history.path(symbol, this.#clock.wallMs());
    const answer = await this.#rest.get('funding-history', path, history.weight, TIMEOUT_MS);
    if (this.#stopped || !answer.ok) return false;
    try {
      const rows = history.read(JSON.parse(answer.value.response.body), symbol);
      this.#sink.settlements(listing, rows);
      this.#settled(symbol, rows);
      this.#histories.set(listing, { rows: rows.slice(-2), readAtMs: answer.value.sentWallMs });
      this.#prove(listing);
      return true;
    } catch (error) {
      this.#sink.fault(this.#feed, 'bad-shape', listing, `funding history: ${wordsOf(error)}`);
      return false;
    }
  }

  /** Where the venue reports no interval: tells the one that its settlements prove, or that there is none. */
  #prove(listing: ListingId): void {
    const history = this.#histories.get(listing);
    const nextMs = this.#nextMs.get(listing);
    if (this.#source.history.provesInterval !== true || history === undefined || nextMs === undefined) return;
    // Not before every poll was heard: the venue may report it after all.
    if (this.#source.polls.some((poll) => this.#intervals.get(poll)?.told.has(listing) !== false)) return;
    const proven = provenInterval(history.rows, history.readAtMs, nextMs, this.#clock.wallMs());
    if (proven === undefined) return;
    this.#tellInterval(listing, Number.isNaN(proven) ? UNKNOWN_INTERVAL : proven);
  }

  #tellInterval(listing: ListingId, intervalMs: number): void {
    const values = this.#proof.fill(Number.NaN);
    values[FUNDING_INTERVAL_MS] = intervalMs;
    this.#sink.reference(listing, values, this.#clock.monoMs());
  }

  #later(delayMs: number, run: () => void): Cancel {
    if (this.#stopped) return () => undefined;
    const cancel = this.#clock.after(delayMs, () => {
      this.#timers.delete(cancel);
      run();
    });
    this.#timers.add(cancel);
    return () => {
      this.#timers.delete(cancel);
      cancel();
    };
  }
}

/** MD-8: reads the venue's public word on deposits and withdrawals until `stopped` says so. */
export async function watchTransfers(options: {
  readonly feed: FeedId;
  readonly source: TransferSource;
  readonly rest: RestClient;
  readonly sink: FeedSink;
  readonly pauses: Pauses;
}): Promise<void> {
  const { feed, source, rest, sink, pauses } = options;
  while (!pauses.stopped) {
    const answer = await rest.get('transfers', source.path, source.weight, TIMEOUT_MS);
    if (pauses.stopped) return;
    if (answer.ok) {
      try {
        for (const { currency, deposits, withdrawals } of source.read(JSON.parse(answer.value.response.body))) {
          sink.transfers(feed, currency, deposits, withdrawals);
        }
      } catch (error) {
        sink.fault(feed, 'bad-shape', null, `transfers: ${wordsOf(error)}`);
      }
    }
    await pauses.wait(answer.ok ? source.everyMs : RETRY_MS);
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 160);
