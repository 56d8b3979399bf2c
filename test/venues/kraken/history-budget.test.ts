import { afterEach, expect, test } from 'vitest';
import type { VenueAccountBroker } from '#engine/ports';
import { BrokerHarness } from '#support/broker-harness';

let rig: BrokerHarness | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

async function started(): Promise<BrokerHarness> {
  rig = new BrokerHarness({ feed: 'kraken:perp', instrument: 'BTC-USD-PERP' });
  expect((await rig.start()).kind).toBe('ready');
  await rig.run(2_000);
  return rig;
}

/** Asks what became of orders that never were, each of which costs history, until that is no answer any more. */
async function usesUp(
  h: BrokerHarness,
  broker: VenueAccountBroker,
): Promise<{ absent: number; last: string; ms: number }> {
  for (let absent = 0; absent < 60; absent += 1) {
    const askedMs = h.clock.monoMs();
    const asked = await h.settled(broker.query(h.nextId(), h.listing.id, h.clock.wallMs() - 60_000));
    if (asked.kind === 'unknown') return { absent, last: asked.message, ms: h.clock.monoMs() - askedMs };
    expect(asked.kind).toBe('absent');
  }
  throw new Error('the budget has no end');
}

test('[EX-4] [EX-7] the history’s own count used up: a question fails at once, cancels and hedges go on', async () => {
  const h = await started();
  const resting = h.order();
  expect((await h.settled(h.broker.submit(resting))).kind).toBe('accepted');
  const { absent, last, ms } = await usesUp(h, h.broker);
  // Two calls each, all of the budget: nothing is kept back from doubt.
  expect(absent).toBeGreaterThan(45);
  expect(last).toContain('OWN_BUDGET');
  expect(ms).toBeLessThan(2_000);
  expect(await h.settled(h.broker.cancel(resting.clientOrderId, resting.listing))).toBe('cancelled');
  const hedge = h.order({ kind: 'ioc', purpose: 'hedge', price: h.through('buy') });
  expect((await h.settled(h.broker.submit(hedge))).kind).toBe('accepted');
});

test('[EX-7] the venue’s count of the history used up by another program: cancels and hedges are not held up', async () => {
  const h = await started();
  const resting = h.order();
  expect((await h.settled(h.broker.submit(resting))).kind).toBe('accepted');
  await usesUp(h, await h.other());
  const { last } = await usesUp(h, h.broker);
  expect(last).toContain('apiLimitExceeded');
  const startedMs = h.clock.monoMs();
  const hedge = h.order({ kind: 'ioc', purpose: 'hedge', price: h.through('buy') });
  const [cancelled, hedged] = await h.settled(
    Promise.all([h.broker.cancel(resting.clientOrderId, resting.listing), h.broker.submit(hedge)]),
  );
  expect([cancelled, hedged.kind]).toEqual(['cancelled', 'accepted']);
  expect(h.clock.monoMs() - startedMs).toBeLessThan(500);
});
