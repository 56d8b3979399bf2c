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

test('[EX-5] a fill that is corrected after it was told: said once, entries wait for a person, everything else is read on', async () => {
  let corrected = '';
  const h = await started('/fills', (body) => {
    if (corrected === '') return body;
    const { fills, ...rest } = JSON.parse(body) as { fills: { trade_id: string; price: string }[] };
    const more = fills.flatMap((fill) =>
      fill.trade_id !== corrected
        ? []
        : [
            { ...fill, trade_type: 'CORRECTION', price: '1' },
            { ...fill, trade_type: 'REVERSAL' },
          ],
    );
    return JSON.stringify({ ...rest, fills: [...more, ...fills] });
  });
  await h.until('ready', () => h.broker.state().kind === 'ready');
  const actions: string[] = [];
  h.broker.onVenueAction(({ kind, text }) => actions.push(`${kind}: ${text}`));
  const buys = () => h.order({ kind: 'ioc', price: h.through('buy'), purpose: 'hedge' });
  const first = buys();
  await h.settled(h.broker.submit(first));
  await h.until('told', () => h.filledOf(first.clientOrderId) === first.quantity);
  corrected = h.fillsOf(first.clientOrderId)[0] ?? '';
  // The next execution makes it read the list, and what is new in it is told all the same.
  const second = buys();
  await h.settled(h.broker.submit(second));
  await h.until('told too', () => h.filledOf(second.clientOrderId) === second.quantity);
  await h.run(90_000);
  expect(actions).toHaveLength(1);
  expect(actions[0]).toMatch(/^correction: Execution .* was changed by its venue afterwards \(.*REVERSAL/);
  expect(h.broker.unfit?.()).toContain('was changed by its venue');
  expect(h.broker.state()).toMatchObject({ kind: 'ready', reason: expect.stringContaining('check the key') });
  const entry = h.order();
  expect(await h.settled(h.broker.submit(entry))).toMatchObject({ kind: 'rejected', code: 'READ_BY_PERSON' });
  const third = buys();
  expect((await h.settled(h.broker.submit(third))).kind).toBe('accepted');
  await h.until('told as well', () => h.filledOf(third.clientOrderId) === third.quantity);
  expect(h.fillsOf(first.clientOrderId)).toEqual([corrected]);
  await h.settled(h.broker.checkKey());
  await h.run(90_000);
  expect(actions).toHaveLength(1);
  expect(h.broker.unfit?.()).toBeUndefined();
  expect((await h.settled(h.broker.submit(h.order()))).kind).toBe('accepted');
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

test('[EX-4] after a restart, too, absence waits until no token that the create could have been signed with is taken any more', async () => {
  const h = await started('/nothing', (body) => body);
  const lost = h.order();
  const later = await h.other();
  const ask = async () => (await h.settled(later.query(lost.clientOrderId, lost.listing, lost.createBeforeMs))).kind;
  // Signed at its deadline, it could arrive for two minutes more.
  await h.run(lost.createBeforeMs + 115_000 - h.clock.wallMs());
  expect(await ask()).toBe('unknown');
  await h.run(lost.createBeforeMs + 135_000 - h.clock.wallMs());
  expect(await ask()).toBe('absent');
});
