import type { KeyCheck, KeyFinding } from '#shared/domain/account';

/** Proven good; `cause` says what was seen. */
export const passed = (check: KeyCheck, cause: string): KeyFinding => ({ check, status: 'pass', cause, remedy: '' });
/** Proven unfit, and what to do about it. */
export const failed = (check: KeyCheck, cause: string, remedy: string): KeyFinding => ({
  check,
  status: 'fail',
  cause,
  remedy,
});
/** Could not be found out; the key is not trusted on it. */
export const unproven = (check: KeyCheck, cause: string, remedy: string): KeyFinding => ({
  check,
  status: 'unknown',
  cause,
  remedy,
});
export const notApplicable = (check: KeyCheck, cause: string): KeyFinding => ({
  check,
  status: 'not-applicable',
  cause,
  remedy: '',
});
