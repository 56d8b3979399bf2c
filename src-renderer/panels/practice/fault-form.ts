import type { FeedId } from '#shared/domain/ids';
import {
  type FaultCommand,
  type FaultName,
  faultCommandSchema,
  faultTerms,
  type PracticeState,
} from '#shared/domain/practice';
import { err, ok, type Result } from '#shared/kernel/result';

/** The form as typed. */
export interface FaultForm {
  readonly feed: FeedId;
  readonly fault: FaultName;
  /** Empty: the default. */
  readonly amount: string;
  /** Empty: the feed's first instrument. */
  readonly instrument: string;
}

/** What the form asks for, or what is wrong with it in one sentence. */
export function faultCommand({ feed, fault, amount, instrument }: FaultForm): Result<FaultCommand, string> {
  const terms = faultTerms(fault);
  const typed = amount.trim();
  if (terms.amount !== null && typed !== '' && !/^\d+(\.\d+)?$/.test(typed)) {
    return err(`“${typed}” is not a number of ${terms.unit ?? 'units'}.`);
  }
  const parsed = faultCommandSchema.safeParse({
    feed,
    fault,
    on: true,
    ...(terms.amount === null || typed === '' ? {} : { amount: Number(typed) }),
    ...(terms.instrument === true && instrument !== '' ? { instrument } : {}),
  });
  if (parsed.success) return ok(parsed.data);
  return err(`The amount must be more than 0 and at most 86,400,000 ${terms.unit ?? ''}.`.replace(' .', '.'));
}

/** Why faults cannot be switched here; `null` where they can. */
export const unavailable = ({ world }: PracticeState): string | null =>
  world === 'none' ? 'Faults exist on practice venues only; these are the real ones.' : null;
