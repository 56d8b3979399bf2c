import { DASH } from './numbers.ts';

/** Age in words, coarse on purpose: it must not flicker. `null` is unknown. */
export function ageText(ageMs: number | null): string {
  if (ageMs === null || !Number.isFinite(ageMs)) return DASH;
  const seconds = Math.max(0, ageMs) / 1000;
  if (seconds < 1) return '<1 s';
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** A span such as a cycle's or a deal's, `ms`, `s` or `min`. */
export function spanText(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return DASH;
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.floor((ms % 60_000) / 1000)} s`;
}

/** A signed difference in whole milliseconds, such as a clock's skew. */
export function signedMsText(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return DASH;
  const whole = Math.round(ms);
  if (whole === 0) return '0 ms';
  return `${whole < 0 ? '−' : '+'}${Math.abs(whole)} ms`;
}

const two = (value: number) => String(value).padStart(2, '0');

/** `14:03:22`, UTC: the engine's day is UTC. */
export function clockText(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return DASH;
  const at = new Date(ms);
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
}

/** `14:03:22.123`, UTC. */
export function clockMsText(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return DASH;
  return `${clockText(ms)}.${String(new Date(ms).getUTCMilliseconds()).padStart(3, '0')}`;
}

/** `2026-11-22 14:03:22`, UTC. */
export function dateTimeText(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return DASH;
  return `${new Date(ms).toISOString().slice(0, 10)} ${clockText(ms)}`;
}
