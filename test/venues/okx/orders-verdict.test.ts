import { describe, expect, test } from 'vitest';
import { okxVerdict } from '#main/venues/okx/orders/verdict';
import type { SignedCall } from '#main/venues/orders/adapter';

const call = (kind: SignedCall['kind'], endpoint = kind === 'create' ? 'order-create' : 'order-read'): SignedCall => ({
  endpoint,
  method: '',
  params: {},
  urgency: 'entry',
  weight: 1,
  timeoutMs: 1,
  kind,
});

const judge = (body: unknown, { status = 200, of = call('create') } = {}) =>
  okxVerdict({ status, body, text: JSON.stringify(body) ?? 'text', headers: {}, call: of });

/** One order's result inside an answer, as the venue writes it. */
const order = (sCode: string, sMsg = 'words') => ({
  code: '1',
  msg: 'All operations failed',
  data: [{ ordId: '', clOrdId: 'x', sCode, sMsg }],
});
const whole = (code: string) => ({ code, msg: 'words', data: [] });

describe('[EX-3] what OKX says of a create', () => {
  test.each([
    ['51008', 'insufficient balance'],
    ['51020', 'below the minimum'],
    ['51121', 'off the lot'],
    ['51006', 'outside the price limit'],
    ['51000', 'a wrong parameter'],
    ['51010', 'not in this account mode'],
    ['51169', 'nothing to reduce'],
    ['51280', 'a stop that is met already'],
    ['51415', 'a trigger that spot lacks'],
    ['54036', 'fill-or-kill with cancel both'],
  ])('%s, %s: definitely rejected, with its words', (code) => {
    expect(judge(order(code))).toEqual({ kind: 'rejected', code, message: 'words', retryAfterMs: null });
    expect(judge(order(`${code}_1000`))?.kind).toBe('rejected');
  });

  test('an order that came after its deadline was not created', () => {
    expect(judge(whole('50036'))?.kind).toBe('rejected');
    expect(judge(order('50037'))?.kind).toBe('rejected');
  });

  test.each(['50026', '50004', '51149', '51054', '50013', '99999', '50071', '51016', '51065'])(
    '%s: in doubt',
    (code) => {
      expect(judge(order(code))?.kind).toBe('in-doubt');
      expect(judge(whole(code))?.kind).toBe('in-doubt');
    },
  );

  test.each(['50101', '50105', '50110', '50111', '50113', '50119', '50120'])('%s: authentication', (code) => {
    expect(judge(whole(code), { status: 401 })?.kind).toBe('authentication');
  });

  test('[EX-4] a signature that was too old when it arrived: an algo order’s deadline; a question is asked again', () => {
    const late = (kind: SignedCall['kind']) => judge(whole('50102'), { status: 401, of: call(kind) })?.kind;
    expect([late('create'), late('read'), late('cancel')]).toEqual(['rejected', 'transient', 'transient']);
  });

  test('[EX-7] a limit holds up its own kind of call, a shut door everything', () => {
    expect(judge(whole('50011'), { status: 429 })?.ownKindOnly).toBe(true);
    expect(judge(undefined, { status: 403, of: call('read') })?.ownKindOnly).toBe(false);
  });

  test('too many requests name no time: the window is two seconds', () => {
    expect(judge(whole('50011'), { status: 429 })).toMatchObject({ kind: 'rate-limit', retryAfterMs: 2_000 });
    expect(judge(undefined, { status: 429 })?.kind).toBe('rate-limit');
  });

  test('maintenance', () => {
    expect(judge(whole('50001'), { status: 503 })?.kind).toBe('maintenance');
  });

  test('what is not the API’s own word is judged by its status; an answer without a code is not understood', () => {
    expect(judge(undefined, { status: 502 })).toBeNull();
    expect(judge({ html: 'login' }, { status: 200 })?.kind).toBe('in-doubt');
  });

  test('a success is no error', () => {
    expect(judge({ code: '0', msg: '', data: [{ ordId: '1', sCode: '0' }] })).toBeNull();
  });
});

describe('questions and cancels', () => {
  test.each(['50026', '50004', '50013', '51149'])('%s to a question may be asked again', (code) => {
    expect(judge(whole(code), { of: call('read') })?.kind).toBe('transient');
  });

  test('[EX-4] a cancel of what is gone is no error: each order’s result is read', () => {
    const of = call('cancel', 'order-cancel');
    expect(judge(order('51400'), { of })).toBeNull();
    expect(judge(order('51410'), { of })).toBeNull();
    expect(judge(order('51000'), { of })?.kind).toBe('rejected');
    const mixed = { code: '2', msg: '', data: [{ sCode: '0' }, { sCode: '51400' }] };
    expect(judge(mixed, { of: call('cancel', 'orders-cancel') })).toBeNull();
    const worse = { code: '2', msg: '', data: [{ sCode: '0' }, { sCode: '51149', sMsg: 'timed out' }] };
    expect(judge(worse, { of: call('cancel', 'orders-cancel') })).toMatchObject({ kind: 'transient', code: '51149' });
  });

  test('a cancel answer without results is not a success', () => {
    expect(judge(whole('51400'), { of: call('cancel', 'order-cancel') })?.kind).toBe('rejected');
  });
});
