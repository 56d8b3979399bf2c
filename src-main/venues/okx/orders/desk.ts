import type { z } from 'zod';
import type { VenueFailure } from '#engine/ports';
import type { Product } from '#shared/domain/ids';
import { err, ok } from '#shared/kernel/result';
import type { AdapterContext, Answer, SignedCall } from '../../orders/adapter.ts';

const TIMEOUT_MS = 5_000;

/** What every part of the adapter works with. */
export interface Desk {
  readonly context: AdapterContext;
  readonly product: Product;
  readonly instType: 'SPOT' | 'SWAP';
}

type Fields = Readonly<Record<string, string>>;

/** An answer that cannot be read says nothing: neither done nor not done. */
export const unreadable = (endpoint: string, why: unknown): VenueFailure => ({
  kind: 'in-doubt',
  code: 'UNREADABLE',
  message: `${endpoint}: ${why instanceof Error ? why.message.slice(0, 160) : String(why)}`,
  retryAtMonoMs: null,
});

/** Sends a call and reads its answer strictly. */
export async function ask<Read>(desk: Desk, call: SignedCall, schema: z.ZodType<Read>): Promise<Answer<Read>> {
  const answer = await desk.context.caller.call(call);
  if (!answer.ok) return answer;
  const read = schema.safeParse(answer.value);
  return read.success ? ok(read.data) : err(unreadable(call.endpoint, read.error));
}

/** A question, asked again when it fails. What became of an order is as urgent as what hangs on it. */
export const readCall = (
  endpoint: string,
  method: string,
  params: Fields,
  urgency: SignedCall['urgency'] = 'read',
): SignedCall => ({
  endpoint,
  method,
  params,
  urgency,
  weight: 1,
  timeoutMs: TIMEOUT_MS,
  kind: 'read',
});

/** Something that may be done twice without harm. */
export const cancelCall = (
  endpoint: string,
  method: string,
  params: Fields | readonly Fields[],
  weight = 1,
): SignedCall => ({ endpoint, method, params, urgency: 'cancel', weight, timeoutMs: TIMEOUT_MS, kind: 'cancel' });

/**
 * Every row of a list that comes newest first in pages: the next begins `after` the last id. Ends with the first row that is
 * no longer `wanted`, or a page that is not full.
 */
export async function allRows<Row>(
  desk: Desk,
  {
    endpoint,
    method,
    params,
    rows,
    idOf,
    wanted = () => true,
  }: {
    readonly endpoint: string;
    readonly method: string;
    readonly params: Fields;
    readonly rows: z.ZodType<{ readonly data: readonly Row[] }>;
    readonly idOf: (row: Row) => string;
    readonly wanted?: (row: Row) => boolean;
  },
): Promise<Answer<readonly Row[]>> {
  const all: Row[] = [];
  let after = '';
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const more: Fields = after === '' ? {} : { after };
    const answer = await ask(desk, readCall(endpoint, method, { ...params, ...more, limit: String(PAGE) }), rows);
    if (!answer.ok) return answer;
    const { data } = answer.value;
    const kept = data.filter(wanted);
    all.push(...kept);
    const last = data.at(-1);
    if (last === undefined || data.length < PAGE || kept.length < data.length) return ok(all);
    after = idOf(last);
  }
  return err(unreadable(endpoint, `more than ${MOST_PAGES} pages`));
}

const PAGE = 100;
const MOST_PAGES = 200;
