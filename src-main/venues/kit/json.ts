import type { FrameTarget } from './decoder.ts';
import { MAX_FRAME_BYTES } from './decoder.ts';

/** A JSON object whose members are not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const utf8 = new TextDecoder();

/** The text of a frame. */
export const frameText = (frame: Uint8Array): string => utf8.decode(frame);

/** At most 200 characters of a frame, for the log (MD-4). */
export function frameSample(frame: Uint8Array): string {
  return utf8.decode(frame.subarray(0, 200)).slice(0, 200);
}

/** The object in a frame; reports the fault and gives `undefined` for anything else. */
export function frameObject(frame: Uint8Array, out: FrameTarget): JsonObject | undefined {
  if (frame.byteLength > MAX_FRAME_BYTES) {
    out.faulted('too-large', null, frame);
    return undefined;
  }
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(frame));
  } catch {
    out.faulted('not-json', null, frame);
    return undefined;
  }
  if (isObject(value)) return value;
  out.faulted('bad-shape', null, frame);
  return undefined;
}
