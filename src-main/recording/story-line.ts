import { ASK, BID, type FrameFault } from '#engine/ports';
import { plainDigits } from '#main/venues/kit/numbers';
import type { Track } from '#main/venues/kit/track';
import type { DerivedTracks, Followed } from './derived-tracks.ts';
import type { FrameStory, ToldReference, ToldTrade } from './frame-story.ts';
import type { InspectedKind, InspectedLine } from './inspected-line.ts';
import { literalsIn } from './source-text.ts';
import type { TouchText } from './touch-channels.ts';

/** Where in the recording a frame was, and its JSON with numbers as texts. */
export interface Where {
  readonly line: number;
  readonly at: number | null;
  readonly bare: boolean;
  readonly source: unknown;
}

const FAULT_WORDS: Readonly<Record<FrameFault, string>> = {
  'not-json': 'it is no JSON',
  'bad-shape': 'it is not in a shape that the feed sends',
  'too-large': 'it is larger than any frame',
  'unknown-instrument': 'its instrument has a name that tells nothing',
  gap: 'sequence gap',
  checksum: 'the checksum does not fit',
  crossed: 'the book stays crossed',
  'subscription-error': 'a subscription was refused',
};

interface Outcome {
  readonly kind: InspectedKind;
  readonly track: Track | null;
  readonly detail?: string | undefined;
}

/** A frame of a touch-only channel, and the instrument it is of. */
export interface ShownTouch {
  readonly touch: TouchText;
  readonly shown: Track;
}

/** The line that tells what came of a frame. `instead`: the detail where the decoder said nothing. */
export function describe(
  where: Where,
  story: FrameStory,
  tracks: DerivedTracks,
  touch: ShownTouch | null,
  instead?: string,
): InspectedLine {
  const said = outcomeOf(story) ?? silence(tracks, touch, instead);
  const followed = said.track === null ? undefined : tracks.of(said.track);
  const literals = story.trades.length > 0 || story.references !== null ? literalsIn(where.source) : new Map();
  const reference = story.references === null ? {} : written(story.references.values, literals);
  return {
    line: where.line,
    at: where.at,
    kind: said.kind,
    ...(followed === undefined ? {} : instrumentMembers(followed)),
    ...(said.kind === 'bbo' && touch !== null ? touchMembers(touch.touch, followed) : {}),
    ...(said.kind === 'bbo' || followed === undefined ? {} : bookMembers(followed)),
    ...(story.trades.length === 0 ? {} : { trades: story.trades.map((trade) => writtenTrade(trade, literals)) }),
    ...(Object.keys(reference).length === 0 ? {} : { reference }),
    ...(where.bare ? { bare: true as const } : {}),
    ...(said.detail === undefined ? {} : { detail: said.detail }),
  };
}

/** Most serious first; `null` when the decoder said nothing. */
function outcomeOf(story: FrameStory): Outcome | null {
  const { faults, invalidated, brokenCause, committed, trades, references, settlement } = story;
  const fault = faults[0];
  const named = invalidated?.track ?? fault?.track ?? committed ?? trades[0]?.track ?? references?.track ?? null;
  if (story.refusal !== null) return { kind: 'error', track: named, detail: `refused: ${story.refusal}` };
  if (faults.some((one) => one.fault === 'gap')) {
    return { kind: 'gap', track: named, detail: invalidated?.cause ?? brokenCause ?? 'sequence gap' };
  }
  // A frame may put its own book right again.
  if (invalidated !== null && !invalidated.track.book.valid)
    return { kind: 'invalid', track: named, detail: invalidated.cause };
  if (brokenCause !== null) return { kind: 'invalid', track: null, detail: brokenCause };
  if (fault !== undefined) {
    const unknown = fault.fault === 'unknown-instrument';
    return { kind: unknown ? 'ignored' : 'error', track: fault.track, detail: FAULT_WORDS[fault.fault] };
  }
  if (committed !== null) return { kind: 'book', track: committed };
  if (trades.length > 0) return { kind: 'trade', track: named };
  if (settlement !== null) return { kind: 'funding', track: settlement.track, detail: `settled at ${settlement.rate}` };
  if (references !== null) return referenceOutcome(references.track, references.values);
  if (story.heartbeat) return { kind: 'heartbeat', track: null };
  if (story.ack) return { kind: 'ack', track: null };
  if (story.notes.length > 0) return { kind: 'ignored', track: null, detail: story.notes.join(', ') };
  return story.taken === null ? null : { kind: 'ignored', track: story.taken, detail: 'it repeats what was told' };
}

function referenceOutcome(track: Track, values: ToldReference): Outcome {
  const names = Object.keys(values);
  if (names.length === 0) return { kind: 'ignored', track, detail: 'it tells neither funding nor mark nor index' };
  const funding = names.some((name) => name !== 'markPrice' && name !== 'indexPrice');
  return { kind: funding ? 'funding' : 'mark', track };
}

/** The decoder took a frame without a word: a touch-only channel, a book that waits, a repeat, or nothing we read. */
function silence(tracks: DerivedTracks, touch: ShownTouch | null, instead: string | undefined): Outcome {
  if (touch !== null) return { kind: 'bbo', track: touch.shown };
  const [asked] = tracks.asked;
  if (asked === undefined) return { kind: 'ignored', track: null, detail: instead ?? 'nothing that is read' };
  if (instead !== undefined) return { kind: 'ignored', track: asked, detail: instead };
  if (asked.phase === 'awaiting') return { kind: 'invalid', track: asked, detail: 'the book waits for its snapshot' };
  return { kind: 'ignored', track: asked, detail: 'nothing new: a repeat, or older than the book' };
}

const instrumentMembers = ({ instrument, derived }: Followed) => ({
  instrument,
  ...(derived ? { derived: true as const } : {}),
});

function touchMembers({ bid, bidSize, ask, askSize, sequence }: TouchText, followed: Followed | undefined) {
  return {
    bid,
    ...(bidSize === null ? {} : { bidSize }),
    ask,
    ...(askSize === null ? {} : { askSize }),
    ...(followed === undefined ? {} : { unit: followed.unit }),
    ...(sequence === null ? {} : { sequence }),
    valid: Number(bid) < Number(ask),
  };
}

/** The touch of a valid book as sent; the numbers of one that is not valid are not known any more. */
function bookMembers({ track, texts, unit }: Followed) {
  const { book } = track;
  if (!book.valid) return { valid: false };
  const bid = book.depth(BID) === 0 ? undefined : (texts.touch(book, BID) ?? asRead(track, BID));
  const ask = book.depth(ASK) === 0 ? undefined : (texts.touch(book, ASK) ?? asRead(track, ASK));
  return {
    ...(bid === undefined ? {} : { bid: bid.price, bidSize: bid.size }),
    ...(ask === undefined ? {} : { ask: ask.price, askSize: ask.size }),
    unit,
    ...(Number.isNaN(book.sequence) ? {} : { sequence: String(book.sequence) }),
    valid: true,
  };
}

/** A level whose text was not found in any frame: the shortest digits of the numbers that were read. */
const asRead = ({ book, contractSize }: Track, side: typeof BID | typeof ASK) => ({
  price: plainDigits(book.price(side, 0)),
  size: plainDigits(book.size(side, 0) / contractSize),
});

function writtenTrade({ track, price, size, takerSide }: ToldTrade, literals: ReadonlyMap<number, string>) {
  const sent = [...literals].find(([value]) => value * track.contractSize === size);
  return {
    price: literals.get(price) ?? plainDigits(price),
    size: sent?.[1] ?? plainDigits(size / track.contractSize),
    takerSide,
  };
}

function written(values: ToldReference, literals: ReadonlyMap<number, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, literals.get(value) ?? String(value)]),
  );
}
