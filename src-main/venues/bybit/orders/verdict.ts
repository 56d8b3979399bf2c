import type { Verdict } from '../../orders/adapter.ts';
import { envelopeSchema } from './messages.ts';

/**
 * Codes with which Bybit definitely did not create the order. https://bybit-exchange.github.io/docs/v5/error
 * Not among them: duplicate order link ids (110072, 170141: an order of that name is there), timeouts and system errors
 * (10000, 10016, 170007, 170032, 170146, 170149, 170210), which say nothing of what happened, and 10014, a request that
 * came twice: one of the two was taken.
 */
const REJECTED = new Set([
  ...['10001', '10029', '12137', '12201', '-1140'],
  ...['110003', '110004', '110005', '110006', '110007', '110009', '110011', '110012', '110016', '110017', '110018'],
  ...['110020', '110021', '110022', '110023', '110032', '110034', '110040', '110042', '110044', '110045', '110049'],
  ...['110051', '110052', '110053', '110057', '110063', '110066', '110070', '110073', '110074', '110092', '110093'],
  ...['110094', '110095', '110096', '110097', '110114'],
  ...['170005', '170031', '170033', '170105', '170115', '170116', '170117', '170121', '170124', '170130', '170131'],
  ...['170132', '170133', '170134', '170135', '170136', '170137', '170140', '170148', '170151', '170157', '170159'],
  ...['170192', '170193', '170194', '170195', '170196', '170197', '170198', '170201', '170202', '170203', '170204'],
  ...['170206', '170209', '170217', '170218', '170221', '170224', '170227', '170228', '170229', '170241', '170371'],
  ...['170372', '176015'],
]);
/** There is no such order that could still be cancelled. */
export const GONE: ReadonlySet<string> = new Set([
  ...['110001', '110008', '110010', '110019'],
  ...['170139', '170142', '170143', '170190', '170213'],
]);
/** Changed to what it was already. */
export const UNCHANGED: ReadonlySet<string> = new Set(['110043']);
/** Of the key, its address, its rights, its clock. */
const AUTHENTICATION = new Set([
  '10003',
  '10004',
  '10005',
  '10007',
  '10008',
  '10009',
  '10010',
  '10024',
  '10027',
  '33004',
]);
/** By key and endpoint; 10018 is by address. */
const LIMITED = new Set(['10006', '10018', '170222']);
/** Outside of the receive window: for a create its deadline (EX-4); anything else was late, or a clock is wrong. */
const LATE = '10002';
const TRANSIENT = new Set(['10000', '10016', '10019', '5004', '170001', '170007', '170032', '170191', '170234']);

/** "403, access too frequent": the address is shut out for ten minutes. https://bybit-exchange.github.io/docs/v5/rate-limit */
const SHUT_OUT_MS = 600_000;

export const bybitVerdict: Verdict = ({ status, body, text, headers, call }) => {
  const read = envelopeSchema.safeParse(body);
  if (!read.success) {
    if (status === 403) {
      const shutOut = /too (frequent|many)/i.test(text);
      return shutOut
        ? { kind: 'rate-limit', code: 'HTTP_403', message: 'access too frequent', retryAfterMs: SHUT_OUT_MS }
        : {
            kind: 'authentication',
            code: 'HTTP_403',
            message: 'refused before it reached Bybit: the region or address is blocked',
            retryAfterMs: null,
          };
    }
    if (status === 429)
      return { kind: 'rate-limit', code: 'HTTP_429', message: 'too many requests', retryAfterMs: null };
    if (status < 400) return null;
    return call.kind === 'create' || status < 500
      ? null
      : {
          kind: status === 503 ? 'maintenance' : 'transient',
          code: `HTTP_${status}`,
          message: text.slice(0, 120),
          retryAfterMs: null,
        };
  }
  const { retCode: code, retMsg: message } = read.data;
  if (code === '0') return null;
  const said = (kind: 'rejected' | 'transient' | 'authentication' | 'in-doubt') => ({
    kind,
    code,
    message,
    retryAfterMs: null,
  });
  if (LIMITED.has(code)) {
    return { kind: 'rate-limit', code, message, retryAfterMs: untilReset(headers), ownKindOnly: code !== '10018' };
  }
  if (code === LATE) return said(call.kind === 'create' ? 'rejected' : 'transient');
  if (AUTHENTICATION.has(code)) return said('authentication');
  if (call.kind === 'create') return said(REJECTED.has(code) ? 'rejected' : 'in-doubt');
  if (TRANSIENT.has(code)) return said('transient');
  return said(REJECTED.has(code) || GONE.has(code) || UNCHANGED.has(code) ? 'rejected' : 'in-doubt');
};

/** The moment at which the venue counts anew, by its own header and clock. */
function untilReset(headers: Readonly<Record<string, string>>): number | null {
  const resetMs = Number(headers['x-bapi-limit-reset-timestamp'] ?? Number.NaN);
  const nowMs = Number(headers.timenow ?? Number.NaN);
  return resetMs > nowMs ? resetMs - nowMs : null;
}
