import { afterEach, expect, test, vi } from 'vitest';
import { PracticeRun } from '#support/practice-run';

vi.setConfig({ testTimeout: 60_000 });

let run: PracticeRun;

afterEach(() => run.stop());

const orders = () => run.openDeals().flatMap((deal) => deal.orders);

/** Moments at which the process dies: while this is so, and for how long it stays down. */
const DEATHS: readonly { readonly what: string; readonly when: () => boolean; readonly downMs: number }[] = [
  {
    what: 'an entry on its way',
    when: () => orders().some((o) => o.purpose === 'entry' && o.state === 'pending'),
    downMs: 0,
  },
  {
    what: 'a hedge on its way',
    when: () => orders().some((o) => o.purpose === 'hedge' && o.state === 'pending'),
    downMs: 40,
  },
  {
    what: 'a resting entry',
    when: () => orders().some((o) => o.kind === 'post-only' && o.state === 'accepted'),
    downMs: 3_000,
  },
  { what: 'an unhedged leg', when: () => run.openDeals().some((deal) => Number(deal.unhedgedUsd) > 10), downMs: 9_000 },
];

test('[EX-1] [EX-2] [EX-11] [PP-1] killed six times during open deals: nothing sent twice, deals end, books agree', async () => {
  run = new PracticeRun({ seed: 7 });
  for (const { what, when, downMs } of [...DEATHS, ...DEATHS.slice(0, 2)]) {
    await run.until(what, when, 180_000);
    run.crash();
    await run.forMs(downMs);
    run.restart();
    // Long enough for the next death to meet the recovery of this one now and then.
    await run.until('recovered', () => run.engine.phase() === 'running', 60_000);
  }
  run.engine.setAuto('stopped');
  await run.until('every deal closed', () => run.openDeals().length === 0, 60_000);
  await run.forMs(10_000);

  const sent = run.entries('order-pending').map(({ order }) => order);
  expect(sent.length).toBeGreaterThan(20);
  expect(new Set(sent.map(({ clientOrderId }) => clientOrderId)).size).toBe(sent.length);
  const refused = run.entries('order-state').filter(({ reason }) => /DUPLICATE|used before/.test(reason ?? ''));
  expect(refused).toEqual([]);

  const booked = run.entries('fill').map(({ fill }) => fill);
  expect(new Set(booked.map(({ tradeId }) => tradeId)).size).toBe(booked.length);
  const atVenues = sent.flatMap(({ clientOrderId }) => run.paper.order(clientOrderId)?.fills ?? []);
  expect(new Set(booked.map(({ tradeId }) => tradeId))).toEqual(new Set(atVenues.map(({ tradeId }) => tradeId)));
  expect(run.paper.fillCount()).toBe(booked.length);
  expect(run.differences()).toEqual([]);
  for (const { clientOrderId } of sent) expect(run.paper.order(clientOrderId)?.order.state).not.toBe('open');
  expect(run.engine.waitingFor()).toBeUndefined();

  const opened = run.entries('deal-opened').map(({ dealId }) => dealId);
  expect(new Set(opened).size).toBe(opened.length);
  expect(new Set(run.entries('deal-closed').map(({ dealId }) => dealId))).toEqual(new Set(opened));
});

test('[AU-1] what a person ordered before the crash holds after it', async () => {
  run = new PracticeRun({ seed: 8 });
  await run.until('a deal', () => run.closed.length > 0);
  run.engine.setAuto('paused');
  await run.forMs(100);
  run.restart();
  const restartedAtMs = run.clock.wallMs();
  await run.forMs(20_000);
  expect(run.engine.auto()).toBe('paused');
  expect(run.openedSince(restartedAtMs)).toEqual([]);
  run.engine.setAuto('running');
  await run.until('a deal again', () => run.openedSince(restartedAtMs).length > 0, 60_000);
});
