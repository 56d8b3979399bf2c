import { describe, expect, test } from 'vitest';
import { binanceVerdict } from '#main/venues/binance/orders/verdict';
import type { SignedCall } from '#main/venues/orders/adapter';
import { exactJson } from '#main/venues/orders/exact-json';

const call = (kind: SignedCall['kind']): SignedCall => ({
  endpoint: `order-${kind}`,
  method: 'privatePostOrder',
  params: {},
  urgency: 'entry',
  weight: 1,
  timeoutMs: 1_000,
  kind,
});

const verdict = (
  kind: SignedCall['kind'],
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
) => binanceVerdict({ status, body: exactJson(text), text, headers, call: call(kind) });

const body = (code: number, msg: string) => JSON.stringify({ code, msg });

/** Status, body as the venue's pages have it, and what a create that met it came to. */
const CREATES: readonly (readonly [number, string, string])[] = [
  [400, body(-1013, 'Filter failure: PRICE_FILTER'), 'rejected'],
  [400, body(-1013, 'Filter failure: NOTIONAL'), 'rejected'],
  [400, body(-1021, 'Timestamp for this request is outside of the recvWindow.'), 'rejected'],
  [400, body(-1102, "Mandatory parameter 'price' was not sent, was empty/null, or malformed."), 'rejected'],
  [400, body(-1111, 'Precision is over the maximum defined for this asset.'), 'rejected'],
  [400, body(-1121, 'Invalid symbol.'), 'rejected'],
  [400, body(-2010, 'Account has insufficient balance for requested action.'), 'rejected'],
  [400, body(-2010, 'Order would immediately match and take.'), 'rejected'],
  [400, body(-2010, 'Order would trigger immediately.'), 'rejected'],
  [400, body(-2010, 'Duplicate order sent.'), 'in-doubt'],
  [400, body(-4116, 'ClientOrderId is duplicated.'), 'in-doubt'],
  [400, body(-2019, 'Margin is insufficient.'), 'rejected'],
  [400, body(-2021, 'Order would immediately trigger.'), 'rejected'],
  [400, body(-2022, 'ReduceOnly Order is rejected.'), 'rejected'],
  [400, body(-4061, "Order's position side does not match user's setting."), 'rejected'],
  [400, body(-4164, "Order's notional must be no smaller than 5 (unless you choose reduce only)."), 'rejected'],
  [400, body(-5021, 'Due to the order could not be filled immediately, the FOK order has been rejected.'), 'rejected'],
  [
    400,
    body(-5022, 'Due to the order could not be executed as maker, the Post Only order will be rejected.'),
    'rejected',
  ],
  [400, body(-5028, 'Timestamp for this request is outside of the ME recvWindow.'), 'rejected'],
  [401, body(-2014, 'API-key format invalid.'), 'authentication'],
  [401, body(-2015, 'Invalid API-key, IP, or permissions for action.'), 'authentication'],
  [401, body(-2008, 'Invalid Api-Key ID.'), 'authentication'],
  [400, body(-1022, 'Signature for this request is not valid.'), 'authentication'],
  [451, '{"code":0,"msg":"Service unavailable from a restricted location"}', 'authentication'],
  [429, body(-1015, 'Too many new orders; current limit is 100 orders per 10S.'), 'rate-limit'],
  [429, body(-1003, 'Too much request weight used'), 'rate-limit'],
  [418, body(-1003, 'Way too much request weight used; IP banned until 1499827319559.'), 'rate-limit'],
  [503, body(1, 'System is under maintenance.'), 'maintenance'],
  [503, body(-1008, 'Server is currently overloaded with other requests.'), 'transient'],
  // Execution status unknown.
  [400, body(-1000, 'An unknown error occurred while processing the request.'), 'in-doubt'],
  [400, body(-1006, 'An unexpected response was received from the message bus. Execution status unknown.'), 'in-doubt'],
  [408, body(-1007, 'Timeout waiting for response from backend server.'), 'in-doubt'],
  [500, body(-1001, 'Internal error; unable to process your request. Please try again.'), 'in-doubt'],
  [502, '<html><head><title>502 Bad Gateway</title></head></html>', 'in-doubt'],
  [504, '', 'in-doubt'],
  [403, '<html>WAF</html>', 'in-doubt'],
  // A refusal in the words of a 5xx is no proof.
  [500, body(-2010, 'Account has insufficient balance for requested action.'), 'in-doubt'],
  // Words that nobody knows.
  [400, body(-9999, 'Something new.'), 'in-doubt'],
];

describe('Binance verdicts', () => {
  for (const [status, text, kind] of CREATES) {
    test(`[EX-3] a create that meets ${status} ${text.slice(0, 70)} is ${kind}`, () => {
      expect(verdict('create', status, text)?.kind).toBe(kind);
    });
  }

  test('[EX-3] what is no error is none: conditional cancels and bulk commands answer with code 200', () => {
    expect(verdict('cancel', 200, '{"algoId":1,"clientAlgoId":"a","code":"200","msg":"success"}')).toBeNull();
    expect(verdict('cancel', 200, '{"code":200,"msg":"The operation of cancel all open order is done."}')).toBeNull();
    expect(verdict('create', 200, '{"symbol":"BTCUSDT","orderId":28}')).toBeNull();
  });

  test('[EX-3] the venue’s code and words are kept', () => {
    expect(verdict('create', 400, body(-2010, 'Order would immediately match and take.'))).toEqual({
      kind: 'rejected',
      code: '-2010',
      message: 'Order would immediately match and take.',
      retryAfterMs: null,
    });
  });

  test('Retry-After says when: seconds of a 429 and of a ban; an order limit names none', () => {
    const limited = { 'retry-after': '30' };
    expect(verdict('read', 429, body(-1003, 'Too much request weight used'), limited)?.retryAfterMs).toBe(30_000);
    expect(verdict('read', 418, body(-1003, 'banned'), { 'retry-after': '120' })?.retryAfterMs).toBe(120_000);
    expect(verdict('create', 429, body(-1015, 'Too many new orders'))?.retryAfterMs).toBeNull();
  });

  test('[EX-3] questions may be asked again where a create would be in doubt', () => {
    expect(verdict('read', 400, body(-1000, 'An unknown error'))?.kind).toBe('transient');
    expect(verdict('read', 502, '<html></html>')?.kind).toBe('transient');
    expect(verdict('cancel', 408, body(-1007, 'Timeout'))?.kind).toBe('transient');
    expect(verdict('read', 400, body(-1021, 'outside of the recvWindow'))?.kind).toBe('transient');
    expect(verdict('read', 400, body(-2013, 'Order does not exist.'))?.kind).toBe('rejected');
    expect(verdict('cancel', 400, body(-2011, 'Unknown order sent.'))?.kind).toBe('rejected');
  });
});
