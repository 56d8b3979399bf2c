import type { KeyCheck, KeyFinding } from '#shared/domain/account';

export const pass = (check: KeyCheck, cause: string): KeyFinding => ({ check, status: 'pass', cause, remedy: '' });

export const fail = (check: KeyCheck, cause: string, remedy: string): KeyFinding => ({
  check,
  status: 'fail',
  cause,
  remedy,
});

export const unknown = (check: KeyCheck, cause: string, remedy: string): KeyFinding => ({
  check,
  status: 'unknown',
  cause,
  remedy,
});

/** MD-6. */
export function clockFinding(skewMs: number, mostMs: number): KeyFinding {
  const seconds = (skewMs / 1000).toFixed(1);
  if (Math.abs(skewMs) <= mostMs) return pass('clock', `the clocks differ by ${seconds} s`);
  return fail('clock', `the clocks differ by ${seconds} s`, 'Set the clock of this computer.');
}
