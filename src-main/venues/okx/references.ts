import {
  FUNDING_INTERVAL_MS,
  FUNDING_RATE,
  INDEX_PRICE,
  MARK_PRICE,
  NEXT_SETTLEMENT_MS,
  PREDICTED_RATE,
  REFERENCE_TIME_MS,
  REFERENCE_VALUES,
} from '#engine/ports';
import { tryDecimal } from '#shared/money/decimal';
import { timeOnly, unlisted } from '../kit/apply.ts';
import type { FrameTarget } from '../kit/decoder.ts';
import { isObject } from '../kit/json.ts';
import { epochMs, signedDecimal, unsignedDecimal } from '../kit/numbers.ts';
import type { Track, TrackTable } from '../kit/track.ts';
import { type FundingRow, fundingSchema, indexSchema, markSchema } from './messages.ts';
import { SWAPS_OF_INDEX } from './names.ts';
import { NUMBERS, TIME_MS, VALUE } from './scanner.ts';

/** What the channels `funding-rate`, `mark-price` and `index-tickers` tell of swaps (MD-7). */
export class OkxReferences {
  readonly #tracks: TrackTable;
  readonly #numbers = new Float64Array(NUMBERS);
  readonly #stamps = new Float64Array(3);
  readonly #reference = new Float64Array(REFERENCE_VALUES);
  /** When the last payment was that has been told, epoch ms. */
  readonly #settledMs = new Map<Track, number>();

  constructor(tracks: TrackTable) {
    this.#tracks = tracks;
  }

  connected(): void {
    this.#settledMs.clear();
  }

  mark(symbol: unknown, rows: readonly unknown[], frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const track = this.#tracks.get(symbol);
    if (track === undefined) unlisted(this.#tracks, symbol, frame, out);
    else this.#prices(track, MARK_PRICE, rows, (row) => markOf(row), frame, monoMs, out);
  }

  index(symbol: unknown, rows: readonly unknown[], frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const track =
      typeof symbol === 'string'
        ? (this.#tracks.get(symbol + SWAPS_OF_INDEX[0]) ?? this.#tracks.get(symbol + SWAPS_OF_INDEX[1]))
        : undefined;
    if (track === undefined) unlisted(this.#tracks, symbol, frame, out);
    else this.#prices(track, INDEX_PRICE, rows, (row) => indexOf(row), frame, monoMs, out);
  }

  #prices(
    track: Track,
    place: number,
    rows: readonly unknown[],
    read: (row: unknown) => readonly [price: unknown, ts: unknown] | undefined,
    frame: Uint8Array,
    monoMs: number,
    out: FrameTarget,
  ): void {
    const numbers = this.#numbers;
    for (const row of rows) {
      const [price, ts] = read(row) ?? [];
      numbers[VALUE] = unsignedDecimal(price);
      numbers[TIME_MS] = epochMs(ts);
      if (!((numbers[VALUE] as number) > 0) || !((numbers[TIME_MS] as number) > 0)) {
        out.faulted('bad-shape', track, frame);
        return;
      }
      this.tell(track, place, numbers, frame, monoMs, out);
    }
  }

  /** The mark or index that both paths read into `numbers`; false without a track. */
  tell(
    track: Track | undefined,
    place: number,
    numbers: Float64Array,
    frame: Uint8Array,
    monoMs: number,
    out: FrameTarget,
  ): boolean {
    if (track === undefined) return false;
    const values = this.#reference.fill(Number.NaN);
    values[place] = numbers[VALUE] as number;
    values[REFERENCE_TIME_MS] = numbers[TIME_MS] as number;
    out.reference(track, values, monoMs);
    out.applied(track, frame.byteLength, timeOnly(this.#stamps, numbers[TIME_MS] as number));
    return true;
  }

  funding(rows: readonly unknown[], frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    for (const row of rows) {
      const symbol = isObject(row) ? row.instId : undefined;
      const track = this.#tracks.get(symbol);
      if (track === undefined) {
        unlisted(this.#tracks, symbol, frame, out);
        return;
      }
      const { data } = fundingSchema.safeParse(row);
      const values = this.#reference;
      if (data === undefined || !readFunding(data, values)) {
        out.faulted('bad-shape', track, frame);
        return;
      }
      out.reference(track, values, monoMs);
      this.#settlement(track, data, out);
      out.applied(track, frame.byteLength, timeOnly(this.#stamps, values[REFERENCE_TIME_MS] as number));
    }
  }

  /** Every frame repeats the last payment; it is told once a connection. */
  #settlement(track: Track, row: FundingRow, out: FrameTarget): void {
    const { prevFundingTime, settFundingRate, settState } = row;
    const settledAtMs = epochMs(prevFundingTime);
    // While it is being made, the rate is that of the running settlement and the time that of the one before.
    if (settState !== 'settled' || Number.isNaN(settledAtMs) || this.#settledMs.get(track) === settledAtMs) return;
    if (settFundingRate === undefined || tryDecimal(settFundingRate) === undefined) return;
    this.#settledMs.set(track, settledAtMs);
    out.settled(track, { settledAtMs, rate: settFundingRate, intervalMs: null });
  }
}

function markOf(row: unknown): readonly [unknown, unknown] | undefined {
  const { data } = markSchema.safeParse(row);
  return data === undefined ? undefined : [data.markPx, data.ts];
}

function indexOf(row: unknown): readonly [unknown, unknown] | undefined {
  const { data } = indexSchema.safeParse(row);
  return data === undefined ? undefined : [data.idxPx, data.ts];
}

/**
 * Funding as one row tells it (MD-7), into `values`; the interval is the time between the coming two settlements. False
 * when something that is there cannot be read.
 */
export function readFunding(row: FundingRow, values: Float64Array): boolean {
  values.fill(Number.NaN);
  const place = (at: number, text: string | undefined, read: (text: unknown) => number): boolean => {
    if (text === undefined || text === '') return true;
    values[at] = read(text);
    return !Number.isNaN(values[at] as number);
  };
  values[REFERENCE_TIME_MS] = epochMs(row.ts);
  if (Number.isNaN(values[REFERENCE_TIME_MS] as number)) return false;
  if (!place(FUNDING_RATE, row.fundingRate, signedDecimal)) return false;
  if (!place(PREDICTED_RATE, row.nextFundingRate, signedDecimal)) return false;
  if (!place(FUNDING_INTERVAL_MS, row.nextFundingTime, epochMs)) return false;
  if (!place(NEXT_SETTLEMENT_MS, row.fundingTime, epochMs)) return false;
  const intervalMs = (values[FUNDING_INTERVAL_MS] as number) - (values[NEXT_SETTLEMENT_MS] as number);
  values[FUNDING_INTERVAL_MS] = intervalMs;
  return !(intervalMs <= 0);
}
