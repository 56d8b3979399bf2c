import type { Track, TrackTable } from '../kit/track.ts';
import { type FrameBytes, Name, readName } from './frame-bytes.ts';
import { readText } from './read.ts';

/** More than twice the books of a socket, and a power of two: so there is always a free slot. */
const SLOTS = 512;
/** 2^32 over the golden ratio: neighbouring numbers end up far apart in the highest bits, of which as many are used. */
const SPREAD = 0x9e3779b1;
const UNUSED_BITS = 23;
/** Shortest symbol that is a name with its closing quote. */
const LEAST_SYMBOL = 7;

interface Found {
  /** The symbol and its closing quote. */
  readonly name: Name;
  readonly track: Track;
}

/** Finds the track whose symbol a frame names, and remembers those it found: their names are compared a word at a time. */
export class TrackFinder {
  readonly #tracks: TrackTable;
  /** Open addressing by the first eight bytes. */
  readonly #found: (Found | undefined)[] = new Array<Found | undefined>(SLOTS).fill(undefined);
  #count = 0;
  #version = -1;

  /** The place after the closing quote of the last one found. */
  end = -1;

  constructor(tracks: TrackTable) {
    this.#tracks = tracks;
  }

  /** `from` is the place after the opening quote. */
  find(frame: FrameBytes, from: number): Track | undefined {
    const { view } = frame;
    if (this.#version !== this.#tracks.version) this.#forget();
    const slots = this.#found;
    let slot = Math.imul(view.getInt32(from, true) ^ view.getInt32(from + 4, true), SPREAD) >>> UNUSED_BITS;
    for (let found = slots[slot]; found !== undefined; found = slots[slot]) {
      this.end = readName(view, from, found.name);
      if (this.end >= 0) return found.track;
      slot = (slot + 1) & (SLOTS - 1);
    }
    return this.#look(frame, from, slot);
  }

  #look({ bytes }: FrameBytes, from: number, slot: number): Track | undefined {
    this.end = readText(bytes, from);
    const track = this.end < 0 ? undefined : this.#tracks.find(bytes, from, this.end - 1);
    if (track !== undefined && track.symbol.length >= LEAST_SYMBOL && this.#count < SLOTS / 2) {
      this.#found[slot] = { name: new Name(`${track.symbol}"`), track };
      this.#count += 1;
    }
    return track;
  }

  #forget(): void {
    this.#found.fill(undefined);
    this.#count = 0;
    this.#version = this.#tracks.version;
  }
}
