import { expect, test } from 'vitest';
import type { Answer } from '#main/venues/orders/adapter';
import { DeadManGuard } from '#main/venues/orders/dead-man-guard';
import { err, ok } from '#shared/kernel/result';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { bitcoin } from '#support/planning-rig';

const TERMS = { scope: 'account', cancelsStops: true, minS: 10, maxS: 120, renewEveryS: 15 } as const;
const failure = (message: string): Answer<never> => err({ kind: 'transient', code: 'X', message, retryAtMonoMs: null });

class Rig {
  readonly clock = new VirtualClock(0);
  readonly calls: (readonly [atS: number, seconds: number | null])[] = [];
  answer: Answer<void> = ok(undefined);
  others: Answer<number> = ok(0);
  readonly guard = new DeadManGuard({
    terms: TERMS,
    venueExpiry: false,
    clock: this.clock,
    set: async (seconds) => {
      this.calls.push([this.clock.wallMs() / 1000, seconds]);
      return this.answer;
    },
    others: async () => this.others,
  });

  pass(seconds: number): Promise<void> {
    return this.clock.runUntil(this.clock.wallMs() + seconds * 1000, () => new Promise((done) => setImmediate(done)));
  }
}
const BTC = bitcoin('okx', 'USDT');

test('[EX-14] it is armed before an order rests, renewed while it does, disarmed when none is left', async () => {
  const rig = new Rig();
  expect(await rig.guard.ready('a', BTC)).toBeNull();
  expect(await rig.guard.ready('b', BTC)).toBeNull();
  await rig.pass(40);
  rig.guard.ended('a');
  await rig.pass(10);
  rig.guard.ended('b');
  await rig.pass(60);
  expect(rig.calls).toEqual([
    [0, 60],
    [15, 60],
    [30, 60],
    [45, 60],
    [50, null],
  ]);
});

test('[EX-14] what cannot be armed lets nothing rest', async () => {
  const rig = new Rig();
  rig.answer = failure('busy');
  expect(await rig.guard.ready('a', BTC)).toContain('busy');
  await rig.pass(60);
  expect(rig.calls).toHaveLength(1);
  rig.answer = ok(undefined);
  expect(await rig.guard.ready('b', BTC)).toBeNull();
});

test("[EX-14] [EX-12] where it would take others' orders along it is not armed", async () => {
  const rig = new Rig();
  rig.others = ok(2);
  expect(await rig.guard.ready('a', BTC)).toContain('2 orders that are not ours');
  rig.others = failure('no answer');
  expect(await rig.guard.ready('a', BTC)).toContain('no answer');
  expect(rig.calls).toEqual([]);
});

test('[EX-14] a renewal that fails is tried again at the next turn; stopped, it renews no more', async () => {
  const rig = new Rig();
  await rig.guard.ready('a', BTC);
  rig.answer = failure('busy');
  await rig.pass(31);
  rig.guard.stop();
  await rig.pass(60);
  expect(rig.calls.map(([atS]) => atS)).toEqual([0, 15, 30]);
});
