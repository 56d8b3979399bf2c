import type { ServerTime } from './protocol.ts';

/**
 * A server time in epoch milliseconds with the resolution its digits show: a value on a whole second may come from a
 * clock that only tells seconds, so it proves no more than that second.
 * @throws TypeError when it is not a time of this century.
 */
export function serverTimeMs(value: unknown): ServerTime {
  const ms = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof ms !== 'number' || !(ms > 946_684_800_000 && ms < 4_102_444_800_000)) {
    throw new TypeError('not a server time');
  }
  return { earliestMs: ms, resolutionMs: ms % 1000 === 0 ? 1000 : Number.isInteger(ms) ? 1 : 0.001 };
}
