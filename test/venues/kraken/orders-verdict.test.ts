import { describe, expect, test } from 'vitest';
import { krakenFuturesVerdict } from '#main/venues/kraken/futures/orders/verdict';
import { krakenSpotVerdict } from '#main/venues/kraken/spot/orders/verdict';
import type { SignedCall } from '#main/venues/orders/adapter';

const call = (kind: SignedCall['kind'], endpoint = kind === 'create' ? 'order-create' : 'open-orders'): SignedCall => ({
  endpoint,
  method: '',
  params: {},
  urgency: 'entry',
  weight: 1,
  timeoutMs: 1,
  kind,
});

describe('[EX-3] what Kraken spot says', () => {
  const judge = (body: unknown, { status = 200, of = call('create') } = {}) =>
    krakenSpotVerdict({ status, body, text: JSON.stringify(body) ?? 'text', headers: {}, call: of });
  const error = (...words: string[]) => ({ error: words });

  test.each([
    'EOrder:Insufficient funds',
    'EOrder:Post only order',
    'EOrder:Order minimum not met',
    'EOrder:Cost minimum not met',
    'EOrder:Tick size check failed',
    'EOrder:Invalid price:XBT/USD price can only be specified up to 1 decimals.',
    'EOrder:Orders limit exceeded',
    'EOrder:Trading agreement required',
    'EGeneral:Invalid arguments:volume minimum not met',
    'EGeneral:Invalid arguments:Index unavailable',
    'EQuery:Unknown asset pair',
    'EService:Deadline elapsed',
    'EService:Market in cancel_only mode',
    'EService:Market in post_only mode',
    'EBM:limit exceeded:CAL',
  ])('%s: no order was made, in the venue’s words', (word) => {
    expect(judge(error(word))).toEqual({ kind: 'rejected', code: word, message: word, retryAfterMs: null });
  });

  test('a nonce is judged before anything else: no order was made, and it may be sent again', () => {
    const word = 'EAPI:Invalid nonce';
    const expected = { kind: 'rejected', code: word, message: word, retryAfterMs: null, unseen: true };
    expect(judge(error(word))).toEqual(expected);
  });

  test.each([
    'EGeneral:Internal error',
    'EGeneral:Internal error:1',
    'EService:Unavailable',
    'EService:Busy',
    'EDatabase:Internal error',
    'EOrder:Something new',
    'EOrder:Insufficient fundsX',
    'EGeneral:Invalid arguments:cl_ord_id',
  ])('%s: a create is in doubt', (word) => {
    expect(judge(error(word))?.kind).toBe('in-doubt');
  });

  test('a read that meets an outage waits, one with a stale nonce is asked again', () => {
    const of = call('read');
    expect(judge(error('EService:Unavailable'), { of })?.kind).toBe('maintenance');
    expect(judge(error('EService:Busy'), { of })?.kind).toBe('maintenance');
    expect(judge(error('EAPI:Invalid nonce'), { of })?.kind).toBe('transient');
  });

  test.each([
    'EAPI:Invalid key',
    'EAPI:Invalid signature',
    'EGeneral:Permission denied',
    'EAccount:Invalid permissions',
    'ETrade:User Locked',
  ])('%s: the key', (word) => {
    expect(judge(error(word))?.kind).toBe('authentication');
  });

  test.each([
    ['EAPI:Rate limit exceeded', 5_000],
    ['EOrder:Rate limit exceeded', 5_000],
    ['EGeneral:Too many requests', 5_000],
    ['EGeneral:Temporary lockout', 900_000],
  ])('%s: too much, and for how long', (word, retryAfterMs) => {
    expect(judge(error(word))).toMatchObject({ kind: 'rate-limit', retryAfterMs });
  });

  test('[EX-7] too many questions hold up no cancel and no order', () => {
    expect(judge(error('EAPI:Rate limit exceeded'))?.ownKindOnly).toBe(true);
    expect(judge(error('EGeneral:Temporary lockout'))?.ownKindOnly).toBeUndefined();
  });

  test('several errors: the first decides, all are told; warnings are none', () => {
    expect(judge(error('EOrder:Insufficient funds', 'EGeneral:Internal error'))).toMatchObject({
      kind: 'rejected',
      message: 'EOrder:Insufficient funds, EGeneral:Internal error',
    });
    expect(judge({ error: ['WGeneral:Slow'], result: {} })).toBeNull();
    expect(judge({ error: [], result: { txid: ['O1'] } })).toBeNull();
  });

  test.each([500, 502, 503, 504, 520])('HTTP %i: a create is in doubt, a read is asked again', (status) => {
    expect(judge(undefined, { status })?.kind).toBe('in-doubt');
    expect(judge(undefined, { status, of: call('read') })?.kind).toBe('transient');
  });

  test('what is no answer of the venue is in doubt', () => {
    expect(judge(undefined)?.kind).toBe('in-doubt');
    expect(judge({ result: {} })?.kind).toBe('in-doubt');
    expect(judge(undefined, { status: 403 })?.kind).toBe('in-doubt');
    expect(judge(undefined, { status: 404 })?.kind).toBe('in-doubt');
    expect(judge(undefined, { status: 403, of: call('read') })?.kind).toBe('rate-limit');
  });
});

describe('[EX-3] what Kraken Futures says', () => {
  const judge = (body: unknown, { status = 200, of = call('create') } = {}) =>
    krakenFuturesVerdict({ status, body, text: JSON.stringify(body) ?? 'text', headers: {}, call: of });
  const sent = (status: string) => ({ result: 'success', sendStatus: { status }, serverTime: '' });
  const error = (word: string) => ({ result: 'error', error: word });

  test.each([
    'postWouldExecute',
    'iocWouldNotExecute',
    'insufficientAvailableFunds',
    'invalidSize',
    'invalidPrice',
    'wouldNotReducePosition',
    'tooManySmallOrders',
    'maxPositionViolation',
    'marketSuspended',
    'outsidePriceCollar',
    'selfFill',
    'wouldCauseLiquidation',
    'wouldProcessAfterSpecifiedTime',
  ])('%s: no order was placed', (status) => {
    expect(judge(sent(status))).toMatchObject({ kind: 'rejected', code: status });
  });

  test.each(['placed', 'partiallyFilled', 'filled'])('%s: it was', (status) => {
    expect(judge(sent(status))).toBeNull();
  });

  test.each(['clientOrderIdAlreadyExist', 'cancelled', 'somethingNew'])('%s: in doubt', (status) => {
    expect(judge(sent(status))?.kind).toBe('in-doubt');
  });

  test('an answer without a status of the order is in doubt', () => {
    expect(judge({ result: 'success' })?.kind).toBe('in-doubt');
    expect(judge(undefined)?.kind).toBe('in-doubt');
  });

  test.each([
    ['invalidArgument', 'rejected'],
    ['requiredArgumentMissing', 'rejected'],
    ['marketUnavailable', 'rejected'],
    ['authenticationError', 'authentication'],
    ['apiLimitExceeded', 'rate-limit'],
    ['Unavailable', 'in-doubt'],
    ['Server Error', 'in-doubt'],
    ['unknownError', 'in-doubt'],
    ['nonceDuplicate', 'rejected'],
  ] as const)('error %s of a create: %s', (word, kind) => {
    expect(judge(error(word))?.kind).toBe(kind);
  });

  test('reads: an outage waits, a 5xx is asked again', () => {
    const of = call('read');
    expect(judge(error('Unavailable'), { of, status: 503 })?.kind).toBe('maintenance');
    expect(judge(undefined, { of, status: 502 })?.kind).toBe('transient');
    expect(judge({ elements: [] }, { of })).toBeNull();
  });

  test('[EX-7] too much of the history holds up nothing but the history', () => {
    const of = { ...call('read'), endpoint: 'history-orders' };
    const alone = ['history-orders', 'history-triggers', 'history-executions'];
    expect(judge(error('apiLimitExceeded'), { of, status: 429 })).toMatchObject({ ownEndpoints: alone });
    expect(judge(undefined, { of, status: 429 })).toMatchObject({ kind: 'rate-limit', ownEndpoints: alone });
    expect(judge(error('apiLimitExceeded'), { of: call('read') })?.ownEndpoints).toBeUndefined();
  });
});
