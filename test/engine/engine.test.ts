import { afterEach, describe, expect, it, vi } from 'vitest';
import { Containment } from '#engine/containment';
import { Engine } from '#engine/engine';
import { DealRunner } from '#engine/execute/deal-runner';
import { Journal } from '#engine/journal/journal';
import { JournalState } from '#engine/journal/state';
import type { EngineObserver } from '#engine/observer';
import { type FeedSink, type JournalRow, type JournalStore, type MarketFeed, StorageError } from '#engine/ports';
import type { JournalEntry } from '#shared/domain/journal';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { DEFAULT_SETTINGS } from '#shared/settings/settings';
import { spot } from '#support/market-rig';
import { MemoryJournalStore } from '#support/memory-journal';

const START_MS = Date.UTC(2026, 0, 5, 12);

class DiskThatFills implements JournalStore {
  full = false;
  readonly #kept = new MemoryJournalStore();

  append(atMs: number, entries: readonly JournalEntry[]): void {
    if (this.full) throw new StorageError('full', 'The disk is full.');
    this.#kept.append(atMs, entries);
  }

  readAll(): readonly JournalRow[] {
    return this.#kept.readAll();
  }
}

class Told implements EngineObserver {
  readonly alarms = new Set<string>();
  readonly alerts = new Set<string>();
  readonly defects: string[] = [];
  candidateSeen(): void {}
  verdict(): void {}
  flickered(): void {}
  unplanned(): void {}
  candidateEnded(): void {}
  dealOpened(): void {}
  dealClosed(): void {}
  breaker(): void {}
  kill(): void {}
  failover(): void {}
  health(): void {}
  feed(): void {}
  intervalChanged(): void {}
  maintenance(): void {}
  profileFailed(): void {}
  decided(): void {}
  cycleEnded(): boolean {
    return true;
  }
  defect(part: string): void {
    this.defects.push(part);
  }
  alert(key: string): void {
    this.alerts.add(key);
  }
  alarm(key: string): void {
    this.alarms.add(key);
  }
  alarmCleared(key: string): void {
    this.alarms.delete(key);
    this.alerts.delete(key);
  }
}

function started(
  bystander?: NonNullable<ConstructorParameters<typeof Engine>[0]['bystander']>,
  store = new DiskThatFills(),
) {
  const clock = new VirtualClock(START_MS);
  const told = new Told();
  let sink: FeedSink | undefined;
  const feed: MarketFeed = {
    feed: 'kraken:spot',
    start: (to) => {
      sink = to;
    },
    stop: () => Promise.resolve(),
  };
  const engine = new Engine({
    clock,
    settings: () => DEFAULT_SETTINGS,
    feeds: [feed],
    brokers: [],
    store,
    observer: told,
    firstAuto: 'running',
    allocate: () => [
      {
        kind: 'inventory-allocated',
        account: 'paper',
        venue: 'kraken',
        currency: 'USD',
        quantity: '100000',
        priceUsd: '1',
      },
    ],
    ...(bystander === undefined ? {} : { bystander }),
  });
  void engine.start();
  clock.advanceBy(1_000);
  return { clock, store, told, engine, sink: () => sink as FeedSink };
}

/** What a restart would find. */
function journaled(store: JournalStore): JournalState {
  const state = new JournalState();
  new Journal({ store, clock: new VirtualClock(START_MS), state, observers: [] });
  return state;
}

describe('[ID-6] a pair that is set aside', () => {
  const OKX = spot('okx', 'BTC-USD');
  const KRAKEN = spot('kraken', 'BTC-USD');
  const PAIR = `${KRAKEN.id}~${OKX.id}`;

  it('is told, and a person’s word for it survives a restart', () => {
    const first = started();
    first.store.append(START_MS, [{ kind: 'quarantine', pair: PAIR, reason: 'an edge of 250 bps', lifted: false }]);
    const { store } = first;
    const second = started(undefined, store);
    second.sink().catalogue('kraken:spot', [KRAKEN]);
    second.sink().catalogue('okx:spot', [OKX]);
    expect(second.told.alerts.has(`pair:${PAIR}`)).toBe(true);
    expect(second.engine.pairsAside()).toEqual([
      { pair: PAIR, kind: 'quarantined', reason: 'an edge of 250 bps', returnsInMs: null },
    ]);
    expect(second.engine.confirmPair('okx:spot|NONE-USD', KRAKEN.id)).toMatchObject({ ok: false });
    expect(second.engine.confirmPair(OKX.id, KRAKEN.id).ok).toBe(true);
    expect(second.told.alerts.has(`pair:${PAIR}`)).toBe(false);
    expect(journaled(store).pairs).toMatchObject([{ pair: PAIR, lifted: true }]);
    const third = started(undefined, store);
    expect(third.engine.pairsAside()).toEqual([]);
    expect(third.told.alerts.size).toBe(0);
  });
});

describe('a journal that cannot be written', () => {
  it('[KS-1] [CB-3] stops entries all the same, says so, and is written when it can be', () => {
    const { clock, store, told, engine } = started();
    store.full = true;
    engine.engageKill('stop-entries', 'test', 'test');
    engine.breakers.trip('kraken', 'clock-skew', 'test');
    expect(engine.kill.engaged()).toBe(true);
    expect(engine.breakers.closed('kraken')).toBe(false);
    expect(told.alarms.has('journal-latch')).toBe(true);
    expect(engine.permission().allowed).toBe(false);
    clock.advanceBy(5_000);
    expect(told.defects).toEqual([]);
    store.full = false;
    clock.advanceBy(1_000);
    expect(told.alarms.has('journal-latch')).toBe(false);
    expect(journaled(store).kill).toMatchObject({ engaged: true, level: 'stop-entries' });
    expect(journaled(store).breakers.get('kraken')).toMatchObject({ state: 'open', cause: 'clock-skew' });
  });

  it('[AU-1] [RK-3] Auto mode can be stopped on it and not started', () => {
    const { clock, store, told, engine } = started();
    expect(engine.auto()).toBe('running');
    store.full = true;
    engine.setAuto('stopped');
    expect(engine.auto()).toBe('stopped');
    expect(() => engine.setAuto('running')).toThrow(StorageError);
    expect(engine.auto()).toBe('stopped');
    expect(told.alarms.has('journal-latch')).toBe(true);
    store.full = false;
    clock.advanceBy(1_000);
    expect(journaled(store).auto).toBe('stopped');
  });

  it('[KS-1] re-armed on it, a restart finds the switch still engaged', () => {
    const { store, engine } = started();
    engine.engageKill('stop-entries', 'test', 'test');
    store.full = true;
    engine.rearm('test');
    expect(journaled(store).kill.engaged).toBe(true);
  });
});

describe('the kill switch', () => {
  afterEach(() => vi.restoreAllMocks());

  it('[KS-1] a raised level is acted upon although the lower one has reported already', () => {
    const applied = vi.spyOn(DealRunner.prototype, 'applyKill');
    const { engine } = started();
    engine.engageKill('stop-entries', 'test', 'test');
    engine.kill.reportDone([{ venue: 'kraken', cancelled: 0, failed: 0, remaining: 1, flattening: 0 }]);
    engine.engageKill('flatten', 'test', 'test');
    expect(applied).toHaveBeenCalledTimes(2);
  });
});

describe('defects of our own', () => {
  const listing = spot('kraken', 'BTC-USD');

  it('[MD-4] one who listens to a feed cannot break it, nor keep the others from hearing', () => {
    const { told, engine, sink } = started({
      bookChanged: () => {
        throw new Error('a defect');
      },
      trade: () => {
        throw new Error('a defect');
      },
    });
    sink().catalogue('kraken:spot', [listing]);
    sink().connection('kraken:spot', 'connected', 1, '');
    const book = sink().book(listing.id);
    book.reset();
    book.set(0, 100, 1);
    book.set(1, 101, 1);
    expect(() => book.commit(START_MS, 1, 0)).not.toThrow();
    expect(() => sink().trade(listing.id, 100, 1, 'buy', START_MS)).not.toThrow();
    expect(told.defects).toEqual(['the simulated venues', 'the simulated venues']);
    expect(engine.market.snapshot(listing.id)?.bid).toBe('100');
  });

  it('[FCL] a duty that fails stops entries until it is done again, and the next ones are done', () => {
    const told = new Told();
    const containment = new Containment(told);
    const fails = () => {
      throw new Error('a defect');
    };
    containment.duty('venue health', fails);
    containment.duty('breakers and stops', () => undefined);
    expect(told.defects).toEqual(['venue health']);
    expect(containment.refusal()).toMatchObject({ reason: 'telemetry-incomplete' });
    told.alarm('defect:venue health');
    containment.duty('venue health', () => undefined);
    expect(containment.refusal()).toBeUndefined();
    expect([...told.alarms]).toEqual([]);
  });
});
