import { protocolOf } from '#main/venues/feeds';
import type { FeedId } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { CcxtWitness } from '#support/ccxt-witness';
import type { FeedEvent } from './practice-frames.ts';

/** ccxt.pro's handler of a feed's frames, with books of its own. */
export class CcxtHandler {
  readonly #feed: FeedId;
  readonly #listings: readonly Listing[];
  readonly #opening: readonly FeedEvent[];
  readonly #verifying: boolean;
  #witness: CcxtWitness;

  /** `opening`: what brings the books up. `verifying`: see {@link CcxtWitness}. */
  constructor(feed: FeedId, listings: readonly Listing[], opening: readonly FeedEvent[], verifying: boolean) {
    this.#feed = feed;
    this.#listings = listings;
    this.#opening = opening;
    this.#verifying = verifying;
    this.#witness = this.#opened();
  }

  /** The frames begin again. */
  restart(): void {
    this.#witness = this.#opened();
  }

  /** What it takes for each of these on average, µs, `JSON.parse` included. */
  micros(texts: readonly string[]): number {
    const witness = this.#witness;
    const startedMs = performance.now();
    for (let index = 0; index < texts.length; index += 1) witness.frame(texts[index] as string);
    return ((performance.now() - startedMs) * 1000) / texts.length;
  }

  #opened(): CcxtWitness {
    const witness = new CcxtWitness(this.#feed, this.#listings, this.#verifying);
    if (protocolOf(this.#feed).snapshot !== null) for (const listing of this.#listings) witness.await(listing);
    for (const event of this.#opening) {
      if (event.kind === 'rest') {
        witness.snapshot(event.symbol, event.body);
        continue;
      }
      const text = event.bytes.toString('utf8');
      // Acknowledgements have handlers of their own, which look for what a running client keeps.
      if (!text.includes('"success"') && !text.includes('"event"') && !text.includes('"result"')) witness.frame(text);
    }
    return witness;
  }
}
