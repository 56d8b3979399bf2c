import { describe, expect, test } from 'vitest';
import { coinbaseVerdict } from '#main/venues/coinbase/orders/verdict';
import { gatewayVerdict } from '#main/venues/coinbase-derivatives/orders/verdict';
import type { SignedCall, Verdict } from '#main/venues/orders/adapter';

const call = (kind: SignedCall['kind'], endpoint = kind === 'create' ? 'order-create' : 'orders-list'): SignedCall => ({
  endpoint,
  method: '',
  params: {},
  urgency: 'entry',
  weight: 1,
  timeoutMs: 1,
  kind,
});

const judge = (verdict: Verdict, body: unknown, status = 200, of = call('create'), headers = {}) =>
  verdict({ status, body, text: typeof body === 'string' ? body : JSON.stringify(body), headers, call: of });

const refused = (response: object) => ({ success: false, error_response: response });

describe('[EX-3] what Advanced Trade says of a create', () => {
  test.each([
    'INSUFFICIENT_FUND',
    'INVALID_LIMIT_PRICE_POST_ONLY',
    'INVALID_PRICE_PRECISION',
    'INVALID_SIZE_PRECISION',
    'UNSUPPORTED_ORDER_CONFIGURATION',
    'INVALID_PRODUCT_ID',
    'TRADING_DISABLED',
    'GEOFENCING_RESTRICTION',
    'STOP_ALREADY_TRIGGERED',
    'END_TIME_IS_IN_THE_PAST',
  ])('%s: definitely rejected, with its words', (error) => {
    expect(judge(coinbaseVerdict, refused({ error, message: 'words' }))).toEqual({
      kind: 'rejected',
      code: error,
      message: 'words',
      retryAfterMs: null,
    });
  });

  test('the newer reason counts before the older, the preview’s last', () => {
    const both = { error: 'UNKNOWN_FAILURE_REASON', new_order_failure_reason: 'INSUFFICIENT_FUND', message: 'w' };
    expect(judge(coinbaseVerdict, refused(both))?.code).toBe('INSUFFICIENT_FUND');
    const preview = { error: 'UNKNOWN_FAILURE_REASON', preview_failure_reason: 'PREVIEW_INVALID_BASE_SIZE_TOO_SMALL' };
    expect(judge(coinbaseVerdict, refused(preview))).toMatchObject({
      kind: 'rejected',
      code: 'INVALID_BASE_SIZE_TOO_SMALL',
    });
  });

  test.each([
    'UNKNOWN_FAILURE_REASON',
    'COMMANDER_REJECTED_NEW_ORDER',
    'DUPLICATE_CLIENT_ORDER_ID',
    'A_WORD_OF_TOMORROW',
    '',
  ])('“%s”: in doubt', (error) => {
    expect(judge(coinbaseVerdict, refused({ error }))?.kind).toBe('in-doubt');
  });

  test('an answer that does not say, and every 5xx, are in doubt', () => {
    expect(judge(coinbaseVerdict, {})?.kind).toBe('in-doubt');
    expect(judge(coinbaseVerdict, 'oops', 500)?.kind).toBe('in-doubt');
    expect(judge(coinbaseVerdict, 'oops', 404)?.kind).toBe('in-doubt');
    expect(judge(coinbaseVerdict, { error: 'INTERNAL' }, 400)?.kind).toBe('in-doubt');
  });

  test('401 in plain text, missing scopes, limits, maintenance, malformed requests', () => {
    expect(judge(coinbaseVerdict, 'Unauthorized\n', 401)?.kind).toBe('authentication');
    expect(
      judge(coinbaseVerdict, { error: 'PERMISSION_DENIED', message: 'Missing required scopes' }, 403),
    ).toMatchObject({
      kind: 'authentication',
      message: 'Missing required scopes',
    });
    expect(judge(coinbaseVerdict, 'slow down', 429, call('read'), { 'retry-after': '3' })).toMatchObject({
      kind: 'rate-limit',
      retryAfterMs: 3_000,
    });
    expect(judge(coinbaseVerdict, 'down', 503, call('read'))?.kind).toBe('maintenance');
    expect(judge(coinbaseVerdict, { error: 'INVALID_ARGUMENT', message: 'm' }, 400)?.kind).toBe('rejected');
    expect(judge(coinbaseVerdict, 'oops', 502, call('read'))?.kind).toBe('transient');
    expect(judge(coinbaseVerdict, { orders: [] }, 200, call('read'))).toBeNull();
    expect(judge(coinbaseVerdict, { success: true })).toBeNull();
  });
});

/** Numbers come as the text that they were. */
const rpc = (code: string, message: string, data?: unknown) => ({ jsonrpc: '2.0', error: { code, message, data } });

describe('[EX-3] what the derivatives gateway says', () => {
  test.each([
    ['10009', 'not_enough_funds'],
    ['11054', 'post_only_reject'],
    ['10043', 'price_wrong_tick'],
    ['10012', 'book_closed'],
    ['11030', 'other_reject'],
    ['10003', 'order_overlap'],
    ['-32602', 'Invalid params'],
  ])('%s %s: definitely rejected, whatever the HTTP status', (code, message) => {
    for (const status of [200, 400]) {
      expect(judge(gatewayVerdict, rpc(code, message), status)).toMatchObject({ kind: 'rejected', code, message });
    }
  });

  test.each(['13888', '10001', '11031', '11094', '13008', '99999'])('%s: in doubt', (code) => {
    expect(judge(gatewayVerdict, rpc(code, 'words'), 400)?.kind).toBe('in-doubt');
  });

  test.each([
    ['13004', 'authentication'],
    ['13009', 'authentication'],
    ['13021', 'authentication'],
    ['10028', 'rate-limit'],
    ['10040', 'transient'],
    ['10047', 'transient'],
    ['11051', 'maintenance'],
  ])('%s: %s', (code, kind) => {
    expect(judge(gatewayVerdict, rpc(code, 'words'), 400)?.kind).toBe(kind);
  });

  test('the reason is told with the words', () => {
    const told = judge(gatewayVerdict, rpc('-32602', 'Invalid params', { param: 'price', reason: 'missing' }), 400);
    expect(told?.message).toBe('Invalid params: price missing');
  });

  test('an answer with neither result nor error is in doubt; a result is none', () => {
    expect(judge(gatewayVerdict, {})?.kind).toBe('in-doubt');
    expect(judge(gatewayVerdict, 'oops', 502)?.kind).toBe('in-doubt');
    expect(judge(gatewayVerdict, { jsonrpc: '2.0', result: '0' })).toBeNull();
  });
});
