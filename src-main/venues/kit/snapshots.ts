import type { Clock } from '#shared/kernel/time';
import type { FrameTarget, SnapshotDecoder } from './decoder.ts';
import type { BridgedProtocol } from './protocol.ts';
import type { RestClient } from './rest-client.ts';
import type { Track } from './track.ts';

const TIMEOUT_MS = 5_000;

/** Fetches the REST snapshots a stream of deltas is bridged onto; one at a time for each book. */
export class Snapshots {
  readonly #protocol: BridgedProtocol;
  readonly #decoder: SnapshotDecoder;
  readonly #rest: RestClient;
  readonly #clock: Clock;
  readonly #out: FrameTarget;
  readonly #retry: (track: Track) => void;
  readonly #books: () => number;
  readonly #inFlight = new Map<Track, symbol>();

  /** `retry` is told of books that could not be built this time; `books`: how many share the venue's budget. */
  constructor(options: {
    protocol: BridgedProtocol;
    decoder: SnapshotDecoder;
    rest: RestClient;
    clock: Clock;
    out: FrameTarget;
    retry: (track: Track) => void;
    books: () => number;
  }) {
    this.#protocol = options.protocol;
    this.#decoder = options.decoder;
    this.#rest = options.rest;
    this.#clock = options.clock;
    this.#out = options.out;
    this.#retry = options.retry;
    this.#books = options.books;
  }

  /** The connection changed: answers still on their way belong to another stream. */
  connected(): void {
    this.#inFlight.clear();
  }

  /** The book is to be rebuilt: what is held or on its way for it is of no use. */
  forget(track: Track): void {
    this.#decoder.awaitSnapshot(track);
    this.#inFlight.delete(track);
  }

  async fetch(track: Track): Promise<void> {
    if (this.#inFlight.has(track)) return;
    const request = Symbol('request');
    this.#inFlight.set(track, request);
    const { path, weight } = this.#protocol.snapshot.request(track, this.#books());
    // Else overtaken by a new connection or another fault of the book.
    const wanted = () => this.#inFlight.get(track) === request;
    const answer = await this.#rest.get('depth', path, weight, TIMEOUT_MS, wanted);
    if (!wanted()) return;
    this.#inFlight.delete(track);
    if (track.phase !== 'awaiting' && track.phase !== 'live') return;
    if (!answer.ok) {
      this.#retry(track);
      return;
    }
    const { body } = answer.value.response;
    const outcome = this.#decoder.snapshot(track, body, this.#clock.monoMs(), this.#out);
    if (outcome === 'applied') return;
    if (outcome === 'unreadable') this.#out.faulted('bad-shape', track, new TextEncoder().encode(body.slice(0, 200)));
    this.#retry(track);
  }
}
