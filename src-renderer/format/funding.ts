import type { FundingProblem } from '#shared/domain/funding';
import { decimal, tryDecimal, wire } from '#shared/money/decimal';
import { DASH, signed } from './numbers.ts';

const HUNDRED = decimal('100');
const HOUR_MS = 3_600_000;

/** A rate as a share of notional: `0.0001` → `+0.0100 %`. */
export function rateText(rate: string | null, places = 4): string {
  const value = rate === null ? undefined : tryDecimal(rate);
  return value === undefined ? DASH : `${signed(wire(value.times(HUNDRED)), places)} %`;
}

/** `8 h`, `30 min`; unknown is a dash, never eight hours (MD-7). */
export function intervalText(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms) || ms <= 0) return DASH;
  if (ms % HOUR_MS === 0) return `${ms / HOUR_MS} h`;
  return ms >= HOUR_MS ? `${(ms / HOUR_MS).toFixed(2)} h` : `${Math.round(ms / 60_000)} min`;
}

/** Time left as `7:59:12`; `due` when it has passed and the venue has told no later one. */
export function countdownText(leftMs: number | null): string {
  if (leftMs === null || !Number.isFinite(leftMs)) return DASH;
  if (leftMs <= 0) return 'due';
  const seconds = Math.floor(leftMs / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
}

export const FUNDING_PROBLEM_WORDS: Readonly<Record<FundingProblem, string>> = {
  'no-rate': 'no rate told',
  'no-interval': 'interval unknown',
  'no-settlement-time': 'settlement time unknown',
  stale: 'rate is old',
  'not-fresh': 'book not fresh',
};
