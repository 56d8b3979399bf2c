import type { z } from 'zod';
import type { VenueFailure } from '#engine/ports';
import { err, ok } from '#shared/kernel/result';
import type { Answer, SignedCall, SignedCaller } from './adapter.ts';

/** An answer in the shape that its page describes, or in doubt: nothing is read into one that is not. */
export async function ask<T>(caller: SignedCaller, call: SignedCall, schema: z.ZodType<T>): Promise<Answer<T>> {
  const answer = await caller.call(call);
  if (!answer.ok) return answer;
  const read = schema.safeParse(answer.value);
  if (read.success) return ok(read.data);
  const where = read.error.issues[0];
  return err(unreadable(`${call.endpoint}: ${where?.path.join('.') ?? ''} ${where?.message ?? 'cannot be read'}`));
}

/** The venue said something that does not tell what was asked. */
export const unreadable = (message: string): VenueFailure => ({
  kind: 'in-doubt',
  code: 'UNREADABLE',
  message,
  retryAtMonoMs: null,
});
