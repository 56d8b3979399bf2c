import { afterEach, describe, expect, test } from 'vitest';
import { BrokerHarness } from '#support/broker-harness';

let rig: BrokerHarness | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

/** Started, with every answer of one path changed. */
async function started(path: string, change: (body: string) => string): Promise<BrokerHarness> {
  const h = new BrokerHarness({ feed: 'coinbase:spot', instrument: 'BTC-USD' });
  rig = h;
  h.wire.answers = (captured, answer) =>
    captured.path.endsWith(path) ? { ...answer, body: change(answer.body) } : answer;
  await h.start();
  return h;
}

describe('[CO-1] fees are what the venue says, and nothing else', () => {
  const fees = async (change: (body: string) => string) => {
    const h = await started('/transaction_summary', change);
    return h.settled(h.broker.fees());
  };

  test('the account’s own rates', async () => {
    expect(await fees((body) => body)).toEqual({
      ok: true,
      value: [{ feed: 'coinbase:spot', instrument: null, makerBps: '60', takerBps: '120' }],
    });
  });

  test('a rate of 0 is 0', async () => {
    const answer = await fees((body) => body.replace('"maker_fee_rate":"0.006"', '"maker_fee_rate":"0"'));
    expect(answer.ok && answer.value[0]).toMatchObject({ makerBps: '0', takerBps: '120' });
  });

  test.each([
    ['missing', (body: string) => body.replace('"taker_fee_rate"', '"_"')],
    ['empty', (body: string) => body.replace('"taker_fee_rate":"0.012"', '"taker_fee_rate":""')],
    [
      'no single rate',
      (body: string) => body.replace('"has_cost_plus_commission":false', '"has_cost_plus_commission":true'),
    ],
  ])('a rate that is %s is no rate', async (_what, change) => {
    expect(await fees(change)).toMatchObject({ ok: false, error: { code: 'UNREADABLE' } });
  });
});

test('[EX-5] a reversal is never booked as an execution', async () => {
  const h = await started('/fills', (body) => body.replaceAll('"trade_type":"FILL"', '"trade_type":"REVERSAL"'));
  const order = h.order({ kind: 'ioc', price: h.through('buy') });
  await h.settled(h.broker.submit(order));
  await h.run(2_000);
  expect(h.fillsOf(order.clientOrderId)).toEqual([]);
  expect(await h.settled(h.broker.fillsSince(0, h.listing.id))).toMatchObject({ ok: false });
});

test('[AC-1] a key of a portfolio that does not trade spot is refused with its remedy', async () => {
  const h = await started('/key_permissions', (body) => body.replace('"DEFAULT"', '"INTX"'));
  expect(h.broker.state().kind).toBe('blocked');
  expect(h.broker.state().reason).toContain('INTX');
});

test('[EX-5] a gap in the numbers of the private socket is a lost word: it connects anew', async () => {
  const h = await started('nothing', (body) => body);
  const before = h.wire.frames.length;
  h.fault('silent-private');
  await h.settled(h.broker.submit(h.order()));
  h.fault('silent-private', false);
  await h.until('lost', () => h.states.some(({ stream }) => stream === 'lost'), 20_000);
  await h.until('live again', () => h.broker.state().stream === 'live', 60_000);
  expect(h.wire.frames.length).toBeGreaterThan(before);
});
