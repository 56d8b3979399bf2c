import { z } from 'zod';
import type { FailureKind } from '#engine/ports';
import type { Verdict } from '../../orders/adapter.ts';
import { AUTHENTICATION, CANCELLING, DUPLICATE, GONE, MAINTENANCE, RATE_LIMIT, REJECTED, UNCLEAR } from './codes.ts';

/** Calls whose orders each have a result of their own that their caller reads. */
export const CANCEL_ENDPOINTS: readonly string[] = ['order-cancel', 'orders-cancel', 'algo-cancel'];

const SHUT_OUT_MS = 60_000;
/** "Timestamp request expired". */
const LATE = '50102';

const resultSchema = z.object({ sCode: z.string(), sMsg: z.string().optional() });
const answerSchema = z.object({ code: z.string(), msg: z.string().optional(), data: z.array(z.unknown()).optional() });

/** Codes may carry a sub-code: `51008_1000`. */
const plain = (code: string): string => code.split('_')[0] ?? code;

/**
 * What an answer of OKX means (EX-3): only codes that say so are rejects, and what was asked for while the venue was busy is
 * in doubt for creates. https://www.okx.com/docs-v5/en/#error-code-rest-api
 */
export const okxVerdict: Verdict = ({ status, body, text, call }) => {
  const answer = answerSchema.safeParse(body);
  if (!answer.success) {
    if (status === 429) return told('rate-limit', 'HTTP_429', text);
    // The front door shuts addresses out without a word of the API: what it did with a create is not known.
    if (status === 403 && call.kind !== 'create')
      return { ...told('rate-limit', 'HTTP_403', text), retryAfterMs: SHUT_OUT_MS, ownKindOnly: false };
    // Anything else that is not the API's own word is judged by its status alone.
    return status >= 400 || body === undefined ? null : told('in-doubt', 'UNREADABLE', text);
  }
  const { code, msg = '', data = [] } = answer.data;
  if (code === '0') return null;
  const results = data.map((row) => resultSchema.safeParse(row)).flatMap(({ data: row }) => (row ? [row] : []));
  const failed = results.filter(({ sCode }) => sCode !== '0');
  if (CANCEL_ENDPOINTS.includes(call.endpoint) && results.length > 0 && results.length === data.length) {
    const bad = failed.find(({ sCode }) => !GONE.has(plain(sCode)) && plain(sCode) !== CANCELLING);
    if (bad === undefined) return null;
    return told(kindOf(plain(bad.sCode), call.kind), bad.sCode, bad.sMsg ?? msg);
  }
  const [first] = failed;
  // `1` and `2` only say that orders inside have results.
  if ((code === '1' || code === '2') && first !== undefined) {
    return told(kindOf(plain(first.sCode), call.kind), first.sCode, first.sMsg ?? msg);
  }
  return told(kindOf(plain(code), call.kind), code, msg);
};

function kindOf(code: string, call: 'read' | 'cancel' | 'create'): FailureKind {
  if (REJECTED.has(code)) return 'rejected';
  // Too old when it arrived: for an algo order its deadline (EX-4); anything else was late, or a clock is wrong.
  if (code === LATE) return call === 'create' ? 'rejected' : 'transient';
  if (AUTHENTICATION.has(code)) return 'authentication';
  if (RATE_LIMIT.has(code)) return 'rate-limit';
  if (DUPLICATE.has(code)) return 'in-doubt';
  if (MAINTENANCE.has(code)) return 'maintenance';
  if (UNCLEAR.has(code)) return call === 'create' ? 'in-doubt' : 'transient';
  return 'in-doubt';
}

const told = (kind: FailureKind, code: string, message: string) => ({
  kind,
  code,
  message: message.slice(0, 200),
  // The venue gives no time; its windows are two seconds long and counted by endpoint.
  ...(kind === 'rate-limit' ? { retryAfterMs: 2_000, ownKindOnly: true } : { retryAfterMs: null }),
});
