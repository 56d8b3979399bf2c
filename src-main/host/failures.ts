import type { z } from 'zod';
import type { Failure } from '#shared/contract/contract';

const NOTHING_CHANGED = 'Nothing was changed.';

/** A failure whose remedy is known; `fields` is empty. */
export function failure(code: Failure['code'], message: string, remedy: string, kept = NOTHING_CHANGED): Failure {
  return { code, message, kept, remedy, fields: [] };
}

/** Input that its schema refused (UI-8): each issue points at its field, the first one is the message. */
export function inputFailure(subject: string, error: z.ZodError): Failure {
  const fields = error.issues.slice(0, 50).map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  const outOfBounds = error.issues.some((issue) => issue.code === 'too_small' || issue.code === 'too_big');
  const first = fields[0];
  const where = first === undefined || first.path === '' ? '' : `${first.path}: `;
  return {
    code: outOfBounds ? 'out-of-bounds' : 'invalid-input',
    message: `${subject} was refused: ${where}${first?.message ?? 'not in the expected form'}`,
    kept: NOTHING_CHANGED,
    remedy: 'Correct the marked fields and send again.',
    fields,
  };
}
