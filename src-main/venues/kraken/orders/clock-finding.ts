import type { KeyFinding } from '#shared/domain/account';
import { failed, passed } from '../../orders/findings.ts';

/** MD-6. */
export function clockFinding(skewMs: number, mostMs: number): KeyFinding {
  const seconds = (Math.abs(skewMs) / 1000).toFixed(1);
  if (Math.abs(skewMs) <= mostMs) return passed('clock', `The clocks differ by ${seconds} s.`);
  return failed('clock', `The clocks differ by ${seconds} s.`, 'Set the clock of this computer.');
}
