import { err, ok } from '#shared/kernel/result';
import type { Answer, SignedCall } from '../../orders/adapter.ts';

const READ_MS = 8_000;
const PAGE_MOST = 250;
const FILLS_MOST = 100;
/** More pages than this are not read: whatever was asked for, it was not this. */
const MAX_PAGES = 200;

export const read = (endpoint: string, method: string, params: Readonly<Record<string, unknown>>): SignedCall => ({
  endpoint,
  method,
  params,
  urgency: 'read',
  weight: 1,
  timeoutMs: READ_MS,
  kind: 'read',
});

interface Page<T> {
  readonly rows: readonly T[];
  /** Empty on the last page. */
  readonly cursor: string;
}

/** Every page of a list; one that does not end is no answer. */
export async function pages<T>(
  ask: (more: Readonly<Record<string, unknown>>) => Promise<Answer<Page<T>>>,
  kind: 'orders' | 'fills' | 'accounts',
): Promise<Answer<readonly T[]>> {
  const limit = kind === 'fills' ? FILLS_MOST : PAGE_MOST;
  const rows: T[] = [];
  let cursor = '';
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await ask(cursor === '' ? { limit } : { limit, cursor });
    if (!answer.ok) return answer;
    rows.push(...answer.value.rows);
    if (answer.value.cursor === '') return ok(rows);
    if (answer.value.cursor === cursor) break;
    cursor = answer.value.cursor;
  }
  const message = `the list of ${kind} does not end`;
  return err({ kind: 'in-doubt', code: 'UNREADABLE', message, retryAtMonoMs: null });
}
