import { afterEach, describe, expect, test } from 'vitest';
import type { BrokerState } from '#engine/ports';
import { BrokerHarness } from '#support/broker-harness';

let rig: BrokerHarness | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

/** Starts with every answer of one method changed. */
async function started(method: string, change: (body: string) => string): Promise<[BrokerHarness, BrokerState]> {
  const h = new BrokerHarness({ feed: 'coinbase:perp', instrument: 'BTC-USDC-PERP' });
  rig = h;
  h.wire.answers = ({ path }, answer) => (path.endsWith(method) ? { ...answer, body: change(answer.body) } : answer);
  return [h, await h.start()];
}

describe('[AC-2] the derivatives account is read before the first order', () => {
  test.each([
    ['collateral kept apart', '"cross_sm"', '"segregated_sm"', 'margin-mode', 'fail'],
    ['a margin model of tomorrow', '"cross_sm"', '"quantum"', 'margin-mode', 'unknown'],
    ['no word of the margin model', '"margin_model"', '"_"', 'margin-mode', 'unknown'],
    ['no word of self-trades', '"self_trading_reject_mode"', '"_"', 'self-trade', 'unknown'],
  ])('%s: nothing is sent', async (_what, from, to, check, status) => {
    const [h, state] = await started('private/get_account_summaries', (body) => body.replaceAll(from, to));
    expect(state.kind).toBe('blocked');
    expect(state.health?.findings).toContainEqual(expect.objectContaining({ check, status }));
    expect(await h.settled(h.broker.submit(h.order()))).toMatchObject({ kind: 'rejected', code: 'ACCOUNT_BLOCKED' });
  });
});

describe('[CO-1] fees', () => {
  const fees = async (change: (body: string) => string) => {
    const [h] = await started('private/get_account_summary', change);
    return h.settled(h.broker.fees());
  };

  test('are the account’s own where it names them', async () => {
    const answer = await fees((body) => body.replaceAll('"taker":3.5e-4', '"taker":2.0e-4'));
    expect(answer.ok && answer.value[0]).toMatchObject({ makerBps: '1.5', takerBps: '2' });
  });

  test('are the instrument’s where the account has no own; 0 stays 0; what cannot be read is no rate', async () => {
    const published = await fees((body) => body.replace('"fees"', '"_"'));
    expect(published.ok && published.value[0]).toMatchObject({ makerBps: '1.5', takerBps: '3.5' });
    await rig?.close();
    const free = await fees((body) => body.replaceAll(/"maker":[\d.e-]+/g, '"maker":0.0'));
    expect(free.ok && free.value[0]?.makerBps).toBe('0');
    await rig?.close();
    expect((await fees((body) => body.replaceAll('"taker"', '"_"'))).ok).toBe(false);
    await rig?.close();
    expect((await fees((body) => body.replaceAll('"fixed"', '"relative"'))).ok).toBe(false);
  });
});

test('[EX-10] a position without its size in base units is not read as anything', async () => {
  const [h] = await started('private/get_positions', (body) => body.replaceAll('"size_currency"', '"_"'));
  await h.settled(h.broker.submit(h.order({ kind: 'ioc', price: h.through('buy') })));
  await h.run(1_000);
  expect(await h.settled(h.broker.positions())).toMatchObject({ ok: false, error: { code: 'UNREADABLE' } });
});

test('[EX-14] no entry rests while the connection that would end it is away', async () => {
  const [h] = await started('nothing', (body) => body);
  h.fault('refuse-connections');
  await h.until('lost', () => h.broker.state().stream === 'lost');
  const frames = h.wire.frames.length;
  expect(await h.settled(h.broker.submit(h.order()))).toMatchObject({ kind: 'rejected', code: 'STREAM_LOST' });
  const hedge = h.order({ kind: 'limit', purpose: 'hedge', createBeforeMs: h.clock.wallMs() + 3_000 });
  expect(await h.settled(h.broker.submit(hedge))).toMatchObject({ kind: 'accepted' });
  expect(h.wire.frames.slice(frames).some((text) => text.includes('private/buy'))).toBe(false);
});
