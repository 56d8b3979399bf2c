import { describe, expect, test } from 'vitest';
import { bybitVerdict } from '#main/venues/bybit/orders/verdict';
import type { SignedCall } from '#main/venues/orders/adapter';

const said = (kind: SignedCall['kind'], status: number, text: string, headers: Record<string, string> = {}) => {
  let body: unknown;
  try {
    body = JSON.parse(text, (_key, value) => (typeof value === 'number' ? String(value) : value));
  } catch {
    body = undefined;
  }
  const call: SignedCall = { endpoint: 'x', method: 'x', params: {}, urgency: 'read', weight: 1, timeoutMs: 1, kind };
  return bybitVerdict({ status, body, text, headers, call });
};
const code = (kind: SignedCall['kind'], retCode: number) =>
  said(kind, 200, JSON.stringify({ retCode, retMsg: 'words', result: {}, time: 1 }))?.kind ?? null;

/** https://bybit-exchange.github.io/docs/v5/error */
describe('[EX-3] Bybit’s codes for a create', () => {
  test.each<[number, string | null, string]>([
    [0, null, 'done'],
    [10001, 'rejected', 'parameter error'],
    [110003, 'rejected', 'price out of the permissible range'],
    [110007, 'rejected', 'available balance not enough'],
    [110017, 'rejected', 'reduce-only rule not satisfied'],
    [170131, 'rejected', 'balance insufficient'],
    [170134, 'rejected', 'too many decimals of a price'],
    [170140, 'rejected', 'value below the lower limit'],
    [10006, 'rate-limit', 'too many visits'],
    [10018, 'rate-limit', 'too many visits of the address'],
    [10002, 'rejected', 'outside of the receive window, which ends with the deadline'],
    [10014, 'in-doubt', 'a request that came twice: one was taken'],
    [10003, 'authentication', 'key is invalid'],
    [10004, 'authentication', 'error sign'],
    [10005, 'authentication', 'permission denied'],
    [10010, 'authentication', 'unmatched IP'],
    [33004, 'authentication', 'key has expired'],
    [10000, 'in-doubt', 'server timeout'],
    [10016, 'in-doubt', 'internal server error'],
    [110072, 'in-doubt', 'duplicate order link id: one of that name is there'],
    [170141, 'in-doubt', 'duplicate client order id: one of that name is there'],
    [170007, 'in-doubt', 'timeout waiting for the backend'],
    [170146, 'in-doubt', 'order creation timeout'],
    [110001, 'in-doubt', 'order does not exist: no answer to a create'],
    [987654, 'in-doubt', 'a code nobody knows'],
  ])('%i is %s: %s', (retCode, kind) => {
    expect(code('create', retCode)).toBe(kind);
  });
});

test.each([
  [10002, 'transient'],
  [110001, 'rejected'],
  [170213, 'rejected'],
  [10016, 'transient'],
  [10000, 'transient'],
  [987654, 'in-doubt'],
] as const)('[EX-4] %i of a cancel is %s', (retCode, kind) => {
  expect(code('cancel', retCode)).toBe(kind);
});

test('[EX-3] the venue’s wording and code are kept', () => {
  expect(said('create', 200, '{"retCode":110007,"retMsg":"ab not enough for new order"}')).toMatchObject({
    code: '110007',
    message: 'ab not enough for new order',
  });
});

test('[EX-3] what comes from before the venue: limits, blocks, gateways', () => {
  expect(said('read', 403, 'access too frequent')).toMatchObject({ kind: 'rate-limit', retryAfterMs: 600_000 });
  expect(said('read', 403, '<html>The Amazon CloudFront distribution is configured to block</html>')).toMatchObject({
    kind: 'authentication',
    code: 'HTTP_403',
  });
  expect(said('read', 429, '')?.kind).toBe('rate-limit');
  expect(said('read', 502, '<html>')?.kind).toBe('transient');
  expect(said('read', 503, '<html>')?.kind).toBe('maintenance');
  // For a create these stay doubt, which the caller makes of an error that the verdict does not name.
  expect(said('create', 502, '<html>')).toBeNull();
});

test('[EX-3] a limit lasts until the venue counts anew, by its own clock', () => {
  const headers = { 'x-bapi-limit-reset-timestamp': '1700000001500', timenow: '1700000001000' };
  expect(said('read', 200, '{"retCode":10006,"retMsg":"Too many visits!"}', headers)?.retryAfterMs).toBe(500);
  expect(said('read', 200, '{"retCode":10006,"retMsg":"Too many visits!"}')?.retryAfterMs).toBeNull();
});

test('[EX-7] a limit of an endpoint holds up its own kind of call, one of the address everything', () => {
  const limited = (retCode: number) => said('read', 200, JSON.stringify({ retCode, retMsg: 'too many' }));
  expect(limited(10006)?.ownKindOnly).toBe(true);
  expect(limited(10018)?.ownKindOnly).toBe(false);
});
