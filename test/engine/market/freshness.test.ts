import { describe, expect, it } from 'vitest';
import { ASK, BID } from '#engine/ports';
import { MarketRig, spot } from '#support/market-rig';

const FEED = 'kraken:spot' as const;
const BTC = 'kraken:spot|BTC-USD' as const;
const ETH = 'kraken:spot|ETH-USD' as const;

function rig(options = {}) {
  const made = new MarketRig(options);
  made.connect(spot('kraken', 'BTC-USD'), spot('kraken', 'ETH-USD'));
  made.quote(BTC, [[100, 1]], [[101, 1]]);
  made.quote(ETH, [[10, 1]], [[11, 1]]);
  return made;
}

/** BTC changes every 100 ms for `ms`, with heartbeats. */
function busy(made: MarketRig, ms: number) {
  for (let passed = 0; passed < ms; passed += 100) {
    made.clock.advanceBy(100);
    made.heard(FEED);
    made.update(BTC, [[100, 1 + (passed % 700) / 100]], []);
  }
}

/** Only heartbeats, every 500 ms. */
function heartbeats(made: MarketRig, ms: number) {
  for (let passed = 0; passed < ms; passed += 500) {
    made.clock.advanceBy(500);
    made.heard(FEED);
  }
}

const cause = (made: MarketRig, id: typeof BTC | typeof ETH) => {
  const freshness = made.market.freshness(id);
  return freshness.fresh ? 'fresh' : freshness.cause;
};

describe('freshness', () => {
  it('[MD-2] is fresh while heard, in sequence, in time and moving', () => {
    const made = rig();
    expect(made.market.freshness(BTC)).toEqual({ fresh: true });
    expect(made.market.ageMs(BTC)).toBe(0);
    busy(made, 3000);
    expect([cause(made, BTC), cause(made, ETH)]).toEqual(['fresh', 'fresh']);
  });

  it('[MD-2] names why a listing is not fresh before its feed is ready', () => {
    const made = new MarketRig();
    expect(made.market.freshness(BTC)).toMatchObject({ cause: 'no-snapshot', detail: 'no catalogue lists it' });
    expect(made.market.ageMs(BTC)).toBe(Number.POSITIVE_INFINITY);
    made.market.catalogue(FEED, [spot('kraken', 'BTC-USD')]);
    expect(cause(made, BTC)).toBe('disconnected');
    made.market.connection(FEED, 'connected', 1, '');
    expect(cause(made, BTC)).toBe('no-snapshot');
    const book = made.market.book(BTC);
    book.reset();
    book.set(BID, 100, 1);
    book.commit(made.clock.wallMs(), 1, 0);
    expect(cause(made, BTC)).toBe('one-sided');
    book.set(ASK, 101, 1);
    book.commit(made.clock.wallMs(), 2, 0);
    expect(made.market.freshness(BTC)).toMatchObject({ cause: 'feed-lag', detail: /skew is not measured/ });
    made.market.skew(FEED, 0, 10);
    expect(cause(made, BTC)).toBe('fresh');
  });

  it('[MD-2] a connection not heard from within the limit is stale, and heard again it is not', () => {
    const made = rig();
    made.clock.advanceBy(1500);
    expect(cause(made, BTC)).toBe('fresh');
    made.clock.advanceBy(1);
    expect(made.market.freshness(BTC)).toMatchObject({
      cause: 'not-heard',
      detail: 'last heard 1501 ms ago, limit 1500 ms',
    });
    made.heard(FEED);
    expect(cause(made, BTC)).toBe('fresh');
    made.limits = { ...made.limits, maxQuoteAgeMs: '100' };
    made.clock.advanceBy(101);
    expect(cause(made, BTC)).toBe('not-heard');
  });

  it('[MD-3] gap, checksum and disconnection make books stale until their next snapshot', () => {
    for (const fault of ['gap', 'checksum'] as const) {
      const made = rig();
      made.market.fault(FEED, fault, BTC, 'sample');
      expect([cause(made, BTC), cause(made, ETH)]).toEqual(['invalid-book', 'fresh']);
      made.quote(BTC, [[100, 1]], [[101, 1]]);
      expect(cause(made, BTC)).toBe('fresh');
    }
    const made = rig();
    made.market.connection(FEED, 'disconnected', 1, 'closed with 1006');
    expect(made.market.freshness(ETH)).toMatchObject({ cause: 'disconnected', detail: /closed with 1006/ });
    made.market.connection(FEED, 'connected', 2, '');
    made.heard(FEED);
    expect(cause(made, ETH)).toBe('invalid-book');
    made.quote(ETH, [[10, 1]], [[11, 1]]);
    expect(cause(made, ETH)).toBe('fresh');
    expect(made.service).toContain('kraken reconnect');
    expect(made.market.feeds()[0]).toMatchObject({ reconnects: 1, epoch: 2, instruments: 2, fresh: 1 });
  });

  it('[MD-3] a crossed book is not fresh, is rejected when it lasts, and its feed is asked to resync', () => {
    const made = rig();
    made.update(BTC, [[101.5, 1]], []);
    expect(made.market.freshness(BTC)).toMatchObject({ cause: 'invalid-book', detail: /crossed/ });
    expect(made.resyncs).toEqual([]);
    made.clock.advanceBy(1200);
    made.heard(FEED);
    expect(made.resyncs).toEqual([{ id: BTC, reason: 'crossed or locked for over a second' }]);
    expect(made.market.book(BTC).valid).toBe(false);
  });

  it('[MD-2] lag is judged with the measured skew taken off', () => {
    const made = rig();
    // The venue's clock is 3 s ahead: an event stamped 2 s in our future is 1 s old.
    made.market.skew(FEED, 3000, 20);
    for (let index = 0; index < 8; index += 1) made.update(BTC, [[100, 2 + index]], [], -2950);
    expect(cause(made, BTC)).toBe('fresh');
    for (let index = 0; index < 8; index += 1) made.update(BTC, [[100, 20 + index]], [], -1900);
    expect(made.market.freshness(BTC)).toMatchObject({
      cause: 'feed-lag',
      detail: 'updates arrive 1100 ms off, limit 1000 ms',
    });
  });

  it('[MD-2] one late update stales its own book, a late pipe all of them', () => {
    const made = rig();
    made.update(BTC, [[100, 3]], [], 1200);
    expect([cause(made, BTC), cause(made, ETH)]).toEqual(['feed-lag', 'fresh']);
    // Silent for longer than it lagged, while the pipe is in time: nothing is outstanding.
    made.clock.advanceBy(1201);
    made.heard(FEED);
    expect(cause(made, BTC)).toBe('fresh');
    for (let index = 0; index < 8; index += 1) made.update(BTC, [[100, 5 + index]], [], 1200);
    expect([cause(made, BTC), cause(made, ETH)]).toEqual(['feed-lag', 'feed-lag']);
  });

  it('[MD-2] a clock that runs ahead of its measured skew is no excuse', () => {
    const made = rig();
    for (let index = 0; index < 8; index += 1) made.update(BTC, [[100, 5 + index]], [], -1500);
    expect(cause(made, BTC)).toBe('feed-lag');
  });

  it('[MD-2] heartbeats alone never keep a halted engine fresh: the canary’s silence stales the whole feed', () => {
    const made = rig();
    busy(made, 5000);
    heartbeats(made, 1500);
    expect([cause(made, BTC), cause(made, ETH)]).toEqual(['fresh', 'fresh']);
    heartbeats(made, 500);
    expect([cause(made, BTC), cause(made, ETH)]).toEqual(['too-quiet', 'too-quiet']);
    heartbeats(made, 1000);
    expect(made.feedChanges.at(-1)).toBe('kraken:spot heard, but its data stopped');
    // A snapshot of a halted engine is the same frozen book: it does not help.
    expect(made.resyncs).toEqual([]);
    heartbeats(made, 3500);
    expect(made.resyncs.map(({ id }) => id)).toEqual([BTC]);
    const book = made.market.book(BTC);
    book.reset();
    book.set(BID, 100, 1);
    book.set(ASK, 101, 1);
    book.commit(made.clock.wallMs(), 99, made.clock.monoMs());
    expect(cause(made, BTC)).toBe('too-quiet');
    made.update(BTC, [[100, 2]], []);
    expect([cause(made, BTC), cause(made, ETH)]).toEqual(['fresh', 'fresh']);
  });

  it('[MD-2] an unchanged quiet book is not stale while the feed moves, and is cross-checked when nothing is learned', () => {
    const made = rig();
    busy(made, 29_900);
    expect(cause(made, ETH)).toBe('fresh');
    expect(made.resyncs).toEqual([]);
    busy(made, 2000);
    expect(cause(made, ETH)).toBe('too-quiet');
    expect(made.resyncs).toEqual([{ id: ETH, reason: 'silent for longer than is normal: cross-check' }]);
    // The snapshot says that nothing changed.
    const book = made.market.book(ETH);
    book.reset();
    book.set(BID, 10, 1);
    book.set(ASK, 11, 1);
    book.commit(made.clock.wallMs(), 2, made.clock.monoMs());
    expect(cause(made, ETH)).toBe('fresh');
    busy(made, 20_000);
    expect(cause(made, ETH)).toBe('fresh');
    expect(made.resyncs).toHaveLength(1);
  });

  it('[MD-2] a cross-check that finds another touch shows that the stream has ended: stale until live data comes', () => {
    const made = rig();
    const snapshot = (bid: number) => {
      const book = made.market.book(ETH);
      book.invalidate('silent for longer than is normal: cross-check');
      book.reset();
      book.set(BID, bid, 1);
      book.set(ASK, 11, 1);
      book.commit(made.clock.wallMs(), 2, made.clock.monoMs());
    };
    busy(made, 31_900);
    expect(made.resyncs).toHaveLength(1);
    snapshot(10.5);
    expect(made.market.freshness(ETH)).toMatchObject({ fresh: false, cause: 'too-quiet' });
    busy(made, 31_000);
    expect(made.resyncs.length).toBeGreaterThan(1);
    snapshot(10.5);
    expect(cause(made, ETH)).toBe('too-quiet');
    made.update(ETH, [[10.6, 1]], []);
    expect(cause(made, ETH)).toBe('fresh');
  });

  it('[MD-2] a snapshot speaks for a book that never had live data no longer than a sign of life', () => {
    const made = rig();
    const snapshot = () => {
      const book = made.market.book(ETH);
      book.reset();
      book.set(BID, 10, 1);
      book.set(ASK, 11, 1);
      book.commit(made.clock.wallMs(), 1, made.clock.monoMs());
    };
    made.market.book(ETH).invalidate('disconnected');
    snapshot();
    busy(made, 1500);
    expect(cause(made, ETH)).toBe('fresh');
    busy(made, 100);
    expect(made.market.freshness(ETH)).toEqual({
      fresh: false,
      cause: 'too-quiet',
      detail: 'no live data of it has come yet, only a snapshot',
    });
    // It is not asked for again for that: a quiet book would be asked for without end.
    busy(made, 5000);
    expect(made.resyncs).toEqual([]);
    made.update(ETH, [[10, 2]], []);
    busy(made, 10_000);
    expect(cause(made, ETH)).toBe('fresh');
    // Another socket carries it now: what the old one told proves nothing of the new one.
    made.market.carried(ETH, 1);
    made.market.heard(FEED, made.clock.monoMs(), 1);
    snapshot();
    made.clock.advanceBy(1600);
    made.market.heard(FEED, made.clock.monoMs(), 1);
    expect(made.market.freshness(ETH)).toMatchObject({ detail: 'no live data of it has come yet, only a snapshot' });
  });

  it('[MD-2] a new connection answers no cross-check: its snapshot may show anything', () => {
    const made = rig();
    busy(made, 31_900);
    expect(made.resyncs).toHaveLength(1);
    const book = made.market.book(ETH);
    book.invalidate('disconnected');
    book.reset();
    book.set(BID, 10.5, 1);
    book.set(ASK, 11, 1);
    book.commit(made.clock.wallMs(), 2, made.clock.monoMs());
    expect(cause(made, ETH)).toBe('fresh');
  });

  it('[MD-2] an instrument that used to move and stopped is stale although its feed moves', () => {
    const made = rig();
    for (let index = 0; index < 20; index += 1) {
      busy(made, 400);
      made.update(ETH, [[10, 2 + index]], []);
    }
    busy(made, 4900);
    expect(cause(made, ETH)).toBe('fresh');
    busy(made, 300);
    expect([cause(made, ETH), cause(made, BTC)]).toEqual(['too-quiet', 'fresh']);
  });

  it('[MD-2] snapshots vouch for an instrument that used to move only for a while', () => {
    const made = rig();
    for (let index = 0; index < 20; index += 1) {
      busy(made, 400);
      made.update(ETH, [[10, 2 + index]], []);
    }
    const confirm = () => {
      const book = made.market.book(ETH);
      book.reset();
      book.set(BID, 10, 1);
      book.set(ASK, 11, 1);
      book.commit(made.clock.wallMs(), 2, made.clock.monoMs());
    };
    // Its limit is five seconds; five times that is the most a snapshot can stand in for live data.
    for (let second = 0; second < 24; second += 4) {
      busy(made, 4000);
      confirm();
      expect(cause(made, ETH)).toBe('fresh');
    }
    busy(made, 2000);
    confirm();
    expect(cause(made, ETH)).toBe('too-quiet');
  });

  it('[MD-2] a candle replay states its own ages', () => {
    const made = rig({ agePolicy: { maxHeardAgeMs: 180_000, maxLagMs: Number.POSITIVE_INFINITY, quietIsFresh: true } });
    made.clock.advanceBy(179_000);
    expect(cause(made, BTC)).toBe('fresh');
    made.clock.advanceBy(2000);
    expect(cause(made, BTC)).toBe('not-heard');
  });

  it('[MD-4] counts faults by kind and survives listings it cannot use', () => {
    const made = rig();
    for (const fault of ['not-json', 'bad-shape', 'too-large', 'unknown-instrument'] as const) {
      made.market.fault(FEED, fault, null, 'sample');
    }
    made.market.fault(FEED, 'gap', null, '');
    made.market.fault(FEED, 'checksum', null, '');
    made.market.fault(FEED, 'subscription-error', null, 'no such channel');
    expect(made.market.feeds()[0]).toMatchObject({
      decodeErrors: 4,
      gaps: 1,
      checksumErrors: 1,
      reason: 'subscription refused: no such channel',
    });
    made.market.catalogue(FEED, [spot('kraken', 'BTC-USD'), spot('kraken', 'SOL-USD', { priceTick: 'abc' })]);
    expect(made.market.listing('kraken:spot|SOL-USD')).toBeUndefined();
    expect(made.market.feeds()[0]).toMatchObject({ decodeErrors: 5, instruments: 1 });
    expect(made.market.listing(ETH)).toMatchObject({ status: 'delisted' });
    expect(made.market.listingsOf('ETH')).toEqual([]);
    expect(made.market.book(ETH).valid).toBe(false);
    const stranger = made.market.book('kraken:spot|XXX-USD');
    expect(made.market.book('kraken:spot|XXX-USD')).toBe(stranger);
    expect(cause(made, BTC)).toBe('fresh');
  });

  it('[ID-3] two names of one book share it: one stream, one freshness, both told, and the owner is asked again', () => {
    const made = new MarketRig();
    const owner = 'coinbase:spot|BTC-USD' as const;
    const alias = 'coinbase:spot|BTC-USDC' as const;
    made.connect(spot('coinbase', 'BTC-USD'), spot('coinbase', 'BTC-USDC', { bookId: owner }));
    made.quote(owner, [[100, 1]], [[101, 1]]);
    expect(made.market.book(alias)).toBe(made.market.book(owner));
    expect(made.market.freshness(alias)).toEqual({ fresh: true });
    expect(made.market.snapshot(alias)).toMatchObject({ listing: alias, bid: '100' });
    expect(made.changed.slice(-2)).toEqual([owner, alias]);
    made.update(owner, [[101, 1]], []);
    made.update(owner, [[101, 2]], []);
    expect(made.market.freshness(alias)).toMatchObject({ cause: 'invalid-book' });
    expect(made.resyncs.map(({ id }) => id)).toEqual([owner]);
    // One name leaves, the book lives on; the last one leaves, and it does not.
    made.quote(owner, [[100, 1]], [[101, 1]]);
    made.market.catalogue('coinbase:spot', [spot('coinbase', 'BTC-USD')]);
    expect([made.market.book(owner).valid, made.market.listingsOf('BTC').length]).toEqual([true, 1]);
    made.market.catalogue('coinbase:spot', []);
    expect(made.market.book(owner).valid).toBe(false);
  });

  it('[MD-8] a status change replaces the listing and is told as a change of the catalogue', () => {
    const made = rig();
    const before = made.catalogueChanges.length;
    made.market.status(BTC, 'cancel-only');
    made.market.status(BTC, 'cancel-only');
    expect(made.market.listing(BTC)).toMatchObject({ status: 'cancel-only' });
    expect(made.catalogueChanges.length).toBe(before + 1);
    expect(cause(made, BTC)).toBe('fresh');
  });

  it('[TE-2] reports lag as p50 and p99 and adds half the round trip for the latency of a listing', () => {
    const made = rig();
    expect(made.market.latencyMs(BTC)).toBe(Number.NaN);
    for (let index = 0; index < 95; index += 1) made.market.frame(FEED, 300, 10);
    for (let index = 0; index < 5; index += 1) made.market.frame(FEED, 300, 400);
    const [state] = made.market.feeds();
    expect(state?.frames).toBe(100);
    expect(state?.lagP50Ms).toBeGreaterThanOrEqual(10);
    expect(state?.lagP50Ms).toBeLessThan(11.3);
    expect(state?.lagP99Ms).toBeGreaterThanOrEqual(400);
    expect(state?.lagP99Ms).toBeLessThan(450);
    expect(made.market.latencyMs(BTC)).toBeCloseTo((state?.lagP50Ms ?? 0) + 10, 6);
  });

  it('[MD-1] a snapshot is exact, with ages and sequence, and there is none without both sides', () => {
    const made = rig();
    made.clock.advanceBy(40);
    expect(made.market.snapshot(BTC)).toEqual({
      listing: BTC,
      bid: '100',
      bidSize: '1',
      ask: '101',
      askSize: '1',
      venueTimeMs: made.clock.wallMs() - 45,
      receivedAtMs: made.clock.wallMs() - 40,
      ageMs: 40,
      sequence: '2',
      health: 0.9,
    });
    made.market.book(BTC).invalidate('gap');
    expect(made.market.snapshot(BTC)).toBeUndefined();
  });
});
