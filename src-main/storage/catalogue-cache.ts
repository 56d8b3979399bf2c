import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import type { FeedId } from '#shared/domain/ids';
import { makeFolder } from './make-folder.ts';

const MOST_BYTES = 256 * 1024 * 1024;
/** A catalogue that is this young need not be written again: what it is for is a start without the venue. */
const LEAST_AGE_MS = 30 * 60_000;

const optionalNumber = z.number().optional();
const keptSchema = z.object({
  version: z.literal(1),
  feed: z.string(),
  atMs: z.number().positive(),
  markets: z.array(
    z.object({
      id: z.string(),
      base: z.string(),
      quote: z.string(),
      settle: z.string(),
      priceTick: optionalNumber,
      lotStep: optionalNumber,
      minQuantity: optionalNumber,
      minNotional: optionalNumber,
      contractSize: z.number().positive(),
      info: z.unknown(),
    }),
  ),
});

/** One market as a venue's catalogue describes it; `info` is the venue's own record. */
interface KeptMarket {
  readonly id: string;
  readonly base: string;
  readonly quote: string;
  readonly settle: string;
  readonly priceTick: number | undefined;
  readonly lotStep: number | undefined;
  readonly minQuantity: number | undefined;
  readonly minNotional: number | undefined;
  readonly contractSize: number;
  readonly info: unknown;
}

interface KeptCatalogue {
  readonly atMs: number;
  readonly markets: readonly KeptMarket[];
}

const compress = promisify<string, Buffer>(gzip);

/**
 * The last catalogue of each feed, a gzip JSON file each, whole or not there. Nothing here throws: a file that cannot be
 * read or written is said once and is as good as none.
 */
export class CatalogueFiles {
  readonly #folder: string;
  readonly #say: (problem: string) => void;
  readonly #said = new Set<FeedId>();
  readonly #savedAtMs = new Map<FeedId, number>();
  readonly #writing = new Map<FeedId, Promise<void>>();

  /** `say` is told in one line what could not be read or written. */
  constructor(folder: string, say: (problem: string) => void) {
    this.#folder = folder;
    this.#say = say;
  }

  load(feed: FeedId): KeptCatalogue | null {
    const path = this.#path(feed);
    if (!existsSync(path)) return null;
    try {
      const text = gunzipSync(readFileSync(path), { maxOutputLength: MOST_BYTES }).toString('utf8');
      const kept = keptSchema.parse(JSON.parse(text));
      if (kept.feed !== feed) throw new TypeError(`it is of ${kept.feed}`);
      return {
        atMs: kept.atMs,
        // Members that were unknown are missing in JSON.
        markets: kept.markets.map((market) => ({
          ...market,
          priceTick: market.priceTick,
          lotStep: market.lotStep,
          minQuantity: market.minQuantity,
          minNotional: market.minNotional,
        })),
      };
    } catch (error) {
      this.#problem(feed, `The kept catalogue ${path} cannot be used: ${saidOf(error)}.`);
      return null;
    }
  }

  save(feed: FeedId, catalogue: KeptCatalogue): void {
    const savedAtMs = this.#savedAtMs.get(feed);
    if (savedAtMs !== undefined && catalogue.atMs - savedAtMs < LEAST_AGE_MS) return;
    this.#savedAtMs.set(feed, catalogue.atMs);
    const before = this.#writing.get(feed) ?? Promise.resolve();
    this.#writing.set(
      feed,
      before.then(() => this.#write(feed, catalogue)),
    );
  }

  /** Resolves when what was given to {@link save} is on the disk, or was said not to be. */
  async settled(): Promise<void> {
    await Promise.all(this.#writing.values());
  }

  async #write(feed: FeedId, { atMs, markets }: KeptCatalogue): Promise<void> {
    try {
      makeFolder(this.#folder);
      const file = await compress(JSON.stringify({ version: 1, feed, atMs, markets }));
      await writeFileAtomic(this.#path(feed), file);
      this.#said.delete(feed);
    } catch (error) {
      this.#problem(feed, `The catalogue of ${feed} was not kept: ${saidOf(error)}.`);
    }
  }

  #path(feed: FeedId): string {
    return join(this.#folder, `${feed.replace(':', '-')}.json.gz`);
  }

  #problem(feed: FeedId, text: string): void {
    if (this.#said.has(feed)) return;
    this.#said.add(feed);
    this.#say(text);
  }
}

const saidOf = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0]?.slice(0, 200) ?? '';
};
