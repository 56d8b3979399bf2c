import { expect, test } from 'vitest';
import type { Answer } from '#main/venues/orders/adapter';
import { DeadManGuard } from '#main/venues/orders/dead-man-guard';
import type { DeadMan } from '#shared/domain/capabilities';
import { listingId } from '#shared/domain/ids';
import { err, ok } from '#shared/kernel/result';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { bitcoin } from '#support/planning-rig';

const TERMS = { scope: 'account', cancelsStops: true, minS: 10, maxS: 120, renewEveryS: 15 } as const;
const failure = (message: string): Answer<never> => err({ kind: 'transient', code: 'X', message, retryAtMonoMs: null });

class Rig {
  readonly clock = new VirtualClock(0);
  readonly calls: (readonly [atS: number, seconds: number | null])[] = [];
  readonly symbols: (readonly string[])[] = [];
  answer: Answer<void> = ok(undefined);
  answerAfterMs = 0;
  heard: (seconds: number | null) => void = () => undefined;
  others: Answer<number> = ok(0);
  readonly guard: DeadManGuard;

  constructor(terms: DeadMan = TERMS) {
    this.guard = new DeadManGuard({
      terms,
      venueExpiry: false,
      clock: this.clock,
      set: async (seconds, listings) => {
        this.calls.push([this.clock.wallMs() / 1000, seconds]);
        this.symbols.push(listings.map(({ symbol }) => symbol));
        if (this.answerAfterMs > 0) {
          await new Promise<void>((done) => this.clock.after(this.answerAfterMs, () => done()));
        }
        this.heard(seconds);
        return this.answer;
      },
      others: async () => this.others,
    });
  }

  pass(seconds: number): Promise<void> {
    return this.clock.runUntil(this.clock.wallMs() + seconds * 1000, () => new Promise((done) => setImmediate(done)));
  }
}
const BTC = bitcoin('okx', 'USDT');
const ETH = { ...BTC, id: listingId('okx:spot', 'ETH-USDT'), symbol: 'ETH-USDT' };

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
  // Nobody knows whether it is: left alone it would run out over orders of others.
  expect(rig.calls).toEqual([
    [0, 60],
    [0, null],
  ]);
  rig.answer = err({ kind: 'rejected', code: 'X', message: 'no', retryAtMonoMs: null });
  expect(await rig.guard.ready('b', BTC)).toContain('no');
  await rig.pass(60);
  expect(rig.calls).toHaveLength(3);
  rig.answer = ok(undefined);
  expect(await rig.guard.ready('c', BTC)).toBeNull();
});

test('[EX-12] [EX-14] orders of others are looked for again before each symbol is armed, and once it has run out', async () => {
  const rig = new Rig({ ...TERMS, scope: 'symbol' });
  expect(await rig.guard.ready('a', BTC)).toBeNull();
  rig.others = ok(1);
  expect(await rig.guard.ready('b', BTC)).toBeNull();
  expect(await rig.guard.ready('c', ETH)).toContain('1 orders that are not ours');
  rig.answer = failure('busy');
  await rig.pass(70);
  rig.answer = ok(undefined);
  expect(await rig.guard.ready('d', BTC)).toContain('1 orders that are not ours');
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

test('[EX-14] what ran out because no renewal got through holds nothing: the next order waits until it is armed anew', async () => {
  const rig = new Rig();
  await rig.guard.ready('a', BTC);
  rig.answer = failure('busy');
  await rig.pass(70);
  expect(await rig.guard.ready('b', BTC)).toContain('busy');
  rig.answer = ok(undefined);
  expect(await rig.guard.ready('c', BTC)).toBeNull();
  rig.guard.stop();
});

test('[EX-14] a disarming never overtakes an arming, nor undoes it', async () => {
  const rig = new Rig();
  const seen: string[] = [];
  rig.answerAfterMs = 200;
  rig.heard = (seconds) => seen.push(String(seconds));
  const first = rig.guard.ready('a', BTC);
  await rig.pass(1);
  expect(await first).toBeNull();
  rig.guard.ended('a');
  const second = rig.guard.ready('b', BTC);
  await rig.pass(1);
  expect(await second).toBeNull();
  // Needed again before its turn came: it is renewed, not taken away.
  expect(seen).toEqual(['60', '60']);
  rig.guard.ended('b');
  await rig.pass(1);
  expect(seen).toEqual(['60', '60', 'null']);
});

test('[EX-14] where each symbol has a timer of its own, an order waits for that of its own symbol', async () => {
  const rig = new Rig({ ...TERMS, scope: 'symbol' });
  rig.answerAfterMs = 200;
  const both = [rig.guard.ready('a', BTC), rig.guard.ready('b', ETH)];
  await rig.pass(1);
  expect(await Promise.all(both)).toEqual([null, null]);
  expect(rig.symbols.flat()).toContain(ETH.symbol);
  rig.guard.ended('b');
  await rig.pass(1);
  expect(rig.calls.at(-1)?.[1]).toBeNull();
  expect(rig.symbols.at(-1)).toEqual([ETH.symbol]);
  rig.guard.ended('a');
  await rig.pass(1);
});
