import { describe, expect, it } from 'vitest';
import { MarketRig, spot } from '#support/market-rig';

const FEED = 'kraken:spot' as const;
const BTC = 'kraken:spot|BTC-USD' as const;
const ETH = 'kraken:spot|ETH-USD' as const;
const LISTINGS = [spot('kraken', 'BTC-USD'), spot('kraken', 'ETH-USD')];

/** BTC over the first socket, ETH over the second; both fresh. */
function twoSockets() {
  const rig = new MarketRig();
  rig.connect(...LISTINGS);
  rig.market.carried(BTC, 0);
  rig.market.carried(ETH, 1);
  rig.quote(BTC, [[100, 1]], [[101, 1]]);
  rig.quote(ETH, [[10, 1]], [[11, 1]]);
  const hear = (line: number) => rig.market.heard(FEED, rig.clock.monoMs(), line);
  return { rig, hear };
}

describe('[MD-2] several sockets', () => {
  it('a book is judged by the socket that carries it, and the words name the socket', () => {
    const { rig, hear } = twoSockets();
    expect(rig.market.freshness(BTC).fresh && rig.market.freshness(ETH).fresh).toBe(true);
    rig.clock.advanceBy(1000);
    hear(0);
    rig.clock.advanceBy(501);
    expect(rig.market.freshness(BTC).fresh).toBe(true);
    expect(rig.market.freshness(ETH)).toEqual({
      fresh: false,
      cause: 'not-heard',
      detail: 'socket 2 of kraken:spot was last heard 1501 ms ago, limit 1500 ms',
    });
    expect(rig.market.ageMs(BTC)).toBe(501);
    expect(rig.market.ageMs(ETH)).toBe(1501);
    hear(1);
    expect(rig.market.freshness(ETH).fresh).toBe(true);
  });

  it('the feed was heard when any of its sockets was', () => {
    const { rig, hear } = twoSockets();
    rig.clock.advanceBy(700);
    hear(1);
    expect(rig.market.feeds()[0]?.lastHeardAtMs).toBe(rig.clock.wallMs());
  });

  it('a book that moves to another socket is judged by that one', () => {
    const { rig, hear } = twoSockets();
    rig.clock.advanceBy(2000);
    hear(0);
    expect(rig.market.freshness(ETH)).toMatchObject({ cause: 'not-heard' });
    rig.market.carried(ETH, 0);
    expect(rig.market.freshness(ETH)).toMatchObject({ detail: 'no live data of it has come yet, only a snapshot' });
    rig.update(ETH, [[10, 2]], []);
    expect(rig.market.freshness(ETH).fresh).toBe(true);
  });

  it('a socket with heartbeats alone is no data, whatever the other one brings', () => {
    const { rig, hear } = twoSockets();
    for (let second = 0; second < 40; second += 1) {
      rig.clock.advanceBy(1000);
      rig.update(BTC, [[100, 1 + (second % 2)]], []);
      hear(0);
      hear(1);
    }
    expect(rig.market.freshness(BTC).fresh).toBe(true);
    expect(rig.market.freshness(ETH)).toMatchObject({ cause: 'too-quiet' });
    expect(rig.feedChanges).toContain('kraken:spot heard, but its data stopped on socket 2');
  });

  it.each([
    ['subscribed again', true],
    ['heard again', false],
  ])('silence counts from the return: a socket that was away is not quiet when it is %s', (_how, subscribed) => {
    const { rig, hear } = twoSockets();
    for (let second = 0; second < 20; second += 1) {
      rig.clock.advanceBy(1000);
      rig.update(ETH, [[10, 1 + (second % 2)]], []);
      hear(0);
    }
    rig.market.book(ETH).invalidate('socket 2 is gone');
    rig.clock.advanceBy(120_000);
    hear(0);
    hear(1);
    if (subscribed) rig.market.carried(ETH, 1);
    const book = rig.market.book(ETH);
    book.reset();
    book.set(0, 10, 1);
    book.set(1, 11, 1);
    book.commit(Number.NaN, 1, rig.clock.monoMs());
    expect(rig.market.freshness(ETH).fresh).toBe(true);
  });
});
