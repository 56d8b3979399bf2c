import type { CheckResult } from '#shared/domain/certification';
import type { Clock } from '#shared/kernel/time';

/** What a check found. `ms`: its own figure where the time it took in all says less. */
export interface Found {
  readonly status: CheckResult['status'];
  readonly detail: string;
  readonly ms?: number;
}

export const passed = (detail: string, ms?: number): Found => ({
  status: 'PASS',
  detail,
  ...(ms === undefined ? {} : { ms }),
});
export const failed = (detail: string): Found => ({ status: 'FAIL', detail });
export const unsupported = (detail: string): CheckResult => ({ status: 'NOT SUPPORTED', ms: null, detail });
/** Never begun, because what it rests on failed. */
export const untried = (why: string): CheckResult => ({ status: 'FAIL', ms: null, detail: `not tried: ${why}` });

const LONGEST_DETAIL = 300;

/** Runs a check and times it; what it throws is a failure with its message. What is not supported took no time. */
export async function timed(clock: Clock, check: () => Promise<Found>): Promise<CheckResult> {
  const startedMs = clock.monoMs();
  let found: Found;
  try {
    found = await check();
  } catch (error) {
    found = failed(error instanceof Error ? error.message : String(error));
  }
  const detail = found.detail.slice(0, LONGEST_DETAIL);
  if (found.status === 'NOT SUPPORTED') return { status: found.status, ms: null, detail };
  const ms = found.ms ?? clock.monoMs() - startedMs;
  return { status: found.status, ms: Math.round(ms * 10) / 10, detail };
}
