import { SilenceNorm } from './silence.ts';

/** A socket that said nothing at all for this long was away: what it carries was not quiet, it was not heard. */
const AWAY_MS = 5_000;

/** One socket of a feed that carries books: when it was last heard, and how its data usually comes (MD-2). */
export class Line {
  /** NaN until it was first heard. */
  heardMonoMs = Number.NaN;
  /** Live data of any instrument it carries: the busiest one is its canary. */
  readonly silence = new SilenceNorm();
  /** It is heard, but its data stopped; kept to report the change once. */
  dataStopped = false;
  /** What the feed calls it, from 0. */
  readonly index: number;

  constructor(index: number) {
    this.index = index;
  }

  /** Whether bytes that come at `monoMs` end an absence. */
  wasAway(monoMs: number): boolean {
    return monoMs - this.heardMonoMs > AWAY_MS;
  }

  /** Bytes of any kind came at `monoMs`; late news of earlier bytes changes nothing. */
  heard(monoMs: number): void {
    if (!(monoMs <= this.heardMonoMs)) this.heardMonoMs = monoMs;
  }
}
