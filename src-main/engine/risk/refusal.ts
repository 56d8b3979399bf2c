import type { RejectReason } from '#shared/domain/reject';

/** Why something may not be done: a closed reason (PL-2) and one sentence with the numbers that decided it. */
export interface Refusal {
  readonly reason: RejectReason;
  readonly detail: string;
}

export const refusal = (reason: RejectReason, detail: string): Refusal => ({ reason, detail });
