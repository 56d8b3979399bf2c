import type { FieldValues, Path, UseFormReturn } from 'react-hook-form';
import type { z } from 'zod';
import type { Failure } from '#shared/contract/contract';

type Issue = z.core.$ZodIssue;

/** What a schema has against a field, in words that name the bound (RK-3). Sentences of our own schemas stand as they are. */
export function issueSentence(issue: Issue, label: string): string {
  switch (issue.code) {
    case 'too_big':
      return `${label}: above the hard maximum of ${issue.maximum}${unitOf(issue)}.`;
    case 'too_small':
      return `${label}: below the hard minimum of ${issue.minimum}${unitOf(issue)}.`;
    case 'invalid_type':
      return `${label}: not a whole number.`;
    default:
      return issue.message.startsWith(label) ? issue.message : `${label}: ${issue.message}`;
  }
}

const unitOf = (issue: { origin: string }): string =>
  issue.origin === 'string' ? ' characters' : issue.origin === 'array' ? ' entries' : '';

/** Whole numbers as typed; anything else becomes what no schema accepts. */
export const wholeNumber = (text: string): number =>
  /^-?\d{1,9}$/.test(text.trim()) ? Number(text.trim()) : Number.NaN;

/** Puts the engine's objections at their fields; a path such as `limits.maxQuoteAgeMs` is found by its last part. */
export function showFieldFailures<T extends FieldValues, O extends FieldValues>(
  form: UseFormReturn<T, unknown, O>,
  failure: Failure,
): void {
  const fields = form.getValues();
  for (const { path, message } of failure.fields) {
    const name = path.split('.').findLast((part) => part in fields);
    if (name !== undefined) form.setError(name as Path<T>, { type: 'engine', message });
  }
}
