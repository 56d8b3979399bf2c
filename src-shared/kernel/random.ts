/** The only source of randomness in engine, practice world and paper broker (ID-5). */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Standard normal deviate. */
  normal(): number;
  /** Exponential deviate with the given mean. */
  exponential(mean: number): number;
  /** An independent stream named `label`; the same label always gives the same stream and draws nothing from this one. */
  fork(label: string): Random;
}

/** xmur3-style string hash to 32 bits; used to derive seeds, not for security. */
export function hash32(text: string): number {
  let h = 1779033703 ^ text.length;
  for (let i = 0; i < text.length; i += 1) {
    h = Math.imul(h ^ text.charCodeAt(i), 3432918353);
    h = (h << 13) | (h >>> 19);
  }
  h = Math.imul(h ^ (h >>> 16), 2246822507);
  h = Math.imul(h ^ (h >>> 13), 3266489909);
  return (h ^ (h >>> 16)) >>> 0;
}

/** sfc32 (Chris Doty-Humphrey, PractRand): small, fast, passes BigCrush; seeded from a number and a label. */
export class SeededRandom implements Random {
  #a: number;
  #b: number;
  #c: number;
  #d = 1;
  readonly #path: string;

  constructor(seed: number, path = '') {
    this.#path = `${seed}${path}`;
    this.#a = hash32(`a${this.#path}`) | 0;
    this.#b = hash32(`b${this.#path}`) | 0;
    this.#c = hash32(`c${this.#path}`) | 0;
    this.#seed = seed;
    this.#label = path;
    for (let i = 0; i < 15; i += 1) this.next();
  }

  readonly #seed: number;
  readonly #label: string;

  next(): number {
    const t = (((this.#a + this.#b) | 0) + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + t) | 0;
    return (t >>> 0) / 4294967296;
  }

  normal(): number {
    // Box-Muller; one of the pair is dropped so that a stream's state is only its counter and words.
    const u = 1 - this.next();
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * this.next());
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  fork(label: string): Random {
    return new SeededRandom(this.#seed, `${this.#label}/${label}`);
  }
}
