import { describe, expect, it } from 'vitest';
import { listedScope } from '#main/venues/feeds';
import { readMarkets, unifiedMarkets } from '#main/venues/kit/catalogue';
import type { Topic } from '#main/venues/kit/protocol';
import { RequestBudget } from '#main/venues/kit/request-budget';
import { systemStatus } from '#main/venues/okx/maintenance';
import { OKX_PERP, OKX_SPOT } from '#main/venues/okx/protocol';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { FeedHarness } from '#support/feed-harness';

const counter = () => {
  let last = 0;
  return () => {
    last += 1;
    return last;
  };
};
const topics = (symbols: readonly string[], kinds: readonly Topic['kind'][]): Topic[] =>
  kinds.flatMap((kind) => symbols.map((symbol): Topic => ({ kind, symbol })));

describe('okx subscriptions', () => {
  it('a request holds one kind, the instruments channel once, and stays well under 64 KB', () => {
    const names = Array.from({ length: 150 }, (_, index) => `COIN${index}-USDT-SWAP`);
    const requests = OKX_PERP.subscribe(topics(names, ['book', 'trades', 'reference', 'status']), counter());
    expect(requests.map(({ topics: of }) => [...new Set(of.map(({ kind }) => kind))])).toEqual([
      ['book'],
      ['book'],
      ['trades'],
      ['trades'],
      ['reference'],
      ['reference'],
      ['status'],
    ]);
    for (const { text } of requests) expect(text.length).toBeLessThan(32 * 1024);
    expect(JSON.parse(requests.at(-1)?.text ?? '')).toEqual({
      id: '7',
      op: 'subscribe',
      args: [{ channel: 'instruments', instType: 'SWAP' }],
    });
  });

  it('a swap has funding, mark, and the index that its name tells', () => {
    const [request] = OKX_PERP.subscribe(topics(['BTC-USD_UM-SWAP'], ['reference']), counter());
    expect(JSON.parse(request?.text ?? '').args).toEqual([
      { channel: 'funding-rate', instId: 'BTC-USD_UM-SWAP' },
      { channel: 'mark-price', instId: 'BTC-USD_UM-SWAP' },
      { channel: 'index-tickers', instId: 'BTC-USD' },
    ]);
    const left = OKX_SPOT.unsubscribe(topics(['BTC-USDT'], ['book', 'status']), counter());
    expect(left.map((text) => JSON.parse(text).args)).toEqual([[{ channel: 'books', instId: 'BTC-USDT' }]]);
  });

  it('[ID-2] names instruments by the text of a symbol alone; inverse swaps have no name', () => {
    const symbols = ['BTC-USDT-SWAP', 'BTC-USDC-SWAP', 'BTC-USD_UM-SWAP', 'BTC-USD-SWAP', 'BTC-USDT-251226', 'what'];
    expect(symbols.map(OKX_PERP.instrumentOf)).toEqual([
      'BTC-USDT-PERP',
      'BTC-USDC-PERP',
      'BTC-USD-PERP',
      null,
      null,
      null,
    ]);
    expect(['BTC-USDT', 'SHIB1000-USDT', 'BTCUSDT'].map(OKX_SPOT.instrumentOf)).toEqual([
      'BTC-USDT',
      '1000SHIB-USDT',
      null,
    ]);
  });

  it('a connection sends no more requests in an hour than the venue allows, and counts anew afterwards', () => {
    const clock = new VirtualClock(0);
    const budget = new RequestBudget(clock, 3);
    expect([budget.take(), budget.take(), budget.take(), budget.take()]).toEqual([true, true, true, false]);
    clock.advanceBy(3_600_000);
    expect(budget.take()).toBe(true);
    budget.reset();
    expect([budget.take(), budget.take(), budget.take(), budget.take()]).toEqual([true, true, true, false]);
  });
});

describe('okx under endless rebuilds', () => {
  it('[MD-3] connects anew before it asks more often than the venue allows', { timeout: 60_000 }, async () => {
    const harness = new FeedHarness(3);
    const { feed, sink } = harness.listen('okx:spot');
    await harness.run(3_000);
    const ended = () => sink.connections.filter(({ state }) => state === 'disconnected');
    for (let round = 0; round < 60 && ended().length === 0; round += 1) {
      for (const id of sink.listings.keys()) feed.resync?.(id, 'a test');
      await harness.run(31_000);
    }
    expect(ended().map(({ reason }) => reason)).toEqual(['the venue’s limit of requests an hour is used up']);
    await harness.run(10_000);
    expect(sink.valid().length).toBe(sink.listings.size);
    expect(sink.faults).toEqual([]);
    await harness.close();
  });
});

const swap = (more: Readonly<Record<string, string>> = {}, base = 'BTC') => ({
  id: `${base}-USDT-SWAP`,
  base,
  quote: 'USDT',
  settle: 'USDT',
  swap: true,
  linear: true,
  contractSize: 0.01,
  precision: { price: 0.1, amount: 0.01 },
  limits: { amount: { min: 0.01 }, cost: { min: undefined } },
  info: {
    instId: `${base}-USDT-SWAP`,
    state: 'live',
    ctType: 'linear',
    ctVal: '0.01',
    ctMult: '1',
    ctValCcy: base,
    uly: `${base}-USDT`,
    ...more,
  },
});

describe('okx catalogue of swaps', () => {
  const read = (...markets: readonly object[]) => {
    const result = readMarkets(OKX_PERP, unifiedMarkets('okx:perp', markets), listedScope(['BTC', 'ETH', 'SOL']));
    if (!result.ok) throw new Error(result.error);
    return result.value;
  };

  it('[ID-6] turns steps and minimums in contracts into base units', () => {
    const { entries } = read(swap());
    expect(entries[0]?.listing).toMatchObject({
      id: 'okx:perp|BTC-USDT-PERP',
      symbol: 'BTC-USDT-SWAP',
      contractSize: '0.01',
      lotStep: '0.0001',
      minQuantity: '0.0001',
      settle: 'USDT',
      status: 'normal',
      makerFeeBps: '2',
      takerFeeBps: '5',
      feeCurrency: 'quote',
      funding: { accrual: 'snapshot', intervalMs: null },
    });
  });

  it('[ID-6] leaves out, by name, contracts that are not what their size says', () => {
    const odd = [
      swap({ ctMult: '10' }, 'ETH'),
      swap({ ctValCcy: 'USD' }, 'SOL'),
      { ...swap({ uly: 'BTC-USDC' }), id: 'BTC-USDC' },
      { ...swap({ ctType: '' }), id: 'no type' },
    ];
    const { entries, unreadable } = read(swap(), ...odd);
    expect(entries.map(({ listing }) => listing.instrument)).toEqual(['BTC-USDT-PERP']);
    expect(unreadable.map((line) => line.slice(0, 40))).toEqual([
      'ETH-USDT-SWAP: contract multiplier 10',
      'SOL-USDT-SWAP: a contract on SOL-USDT co',
      'BTC-USDC: its index is BTC-USDC',
      expect.stringContaining('no type'),
    ]);
  });

  it('drops inverse swaps and everything dated', () => {
    const others = [
      { ...swap(), linear: false },
      { ...swap(), swap: false },
    ];
    expect(unifiedMarkets('okx:perp', [...others, swap()]).length).toBe(1);
  });
});

describe('okx over REST', () => {
  it('[MD-7] reads the history of payments by the rate that was paid, oldest first', () => {
    const row = (fundingTime: string, fundingRate: string, realizedRate: string) => ({
      fundingRate,
      fundingTime,
      instId: 'BTC-USDT-SWAP',
      realizedRate,
    });
    const body = { code: '0', data: [row('1703059200000', '0.1', '-0.0002'), row('1703030400000', '0.0001', '')] };
    expect(OKX_PERP.funding?.history.read(body, 'BTC-USDT-SWAP')).toEqual([
      { settledAtMs: 1_703_030_400_000, rate: '0.0001', intervalMs: null },
      { settledAtMs: 1_703_059_200_000, rate: '-0.0002', intervalMs: null },
    ]);
    expect(() => OKX_PERP.funding?.history.read({ code: '51001', data: [] }, 'X')).toThrow();
  });

  it('reads candles with the volume in base units, and no touch where there is none', () => {
    const row = ['1703059200000', '1', '4', '0.5', '2', '300', '3', '6', '1'];
    expect(OKX_PERP.candles.read({ code: '0', data: [row] }, 'BTC-USDT-SWAP')).toEqual([
      [1_703_059_200_000, 1, 4, 0.5, 2, 3],
    ]);
    expect(OKX_SPOT.candles.read({ code: '0', data: [row] }, 'BTC-USDT')[0]?.[5]).toBe(300);
    const ticker = (bidPx: string) => ({ code: '0', data: [{ bidPx, askPx: '101' }] });
    expect(OKX_SPOT.ticker.read(ticker('100'), 'BTC-USDT')).toEqual({ bid: 100, ask: 101 });
    expect(() => OKX_SPOT.ticker.read(ticker(''), 'BTC-USDT')).toThrow();
  });

  const event = (more: Readonly<Record<string, string>> = {}) => ({
    begin: '1000000000000',
    end: '1000000600000',
    state: 'ongoing',
    serviceType: '5',
    env: '1',
    ...more,
  });
  const source = systemStatus(0);
  const statusAt = (nowMs: number, ...events: readonly object[]) =>
    source.read({ code: '0', data: events, msg: '' }, nowMs);

  it.each([
    ['normal', []],
    ['maintenance', [event()]],
    ['maintenance', [event({ serviceType: '0' }), event({ state: 'pre_open' })]],
    ['post-only', [event({ state: 'pre_open' })]],
    ['normal', [event({ serviceType: '11' }), event({ env: '2' }), event({ serviceType: '99' })]],
    ['normal', [event({ state: 'completed' }), event({ state: 'canceled' })]],
  ] as const)('[MD-8] announced maintenance: %s', (status, events) => {
    expect(statusAt(1_000_000_000_000, ...events)).toBe(status);
  });

  it('[MD-8] what was scheduled has begun when its time has come, and not before or after', () => {
    const scheduled = event({ state: 'scheduled' });
    const at = [999_999_999_999, 1_000_000_000_000, 1_000_000_599_999, 1_000_000_600_000];
    expect(at.map((nowMs) => statusAt(nowMs, scheduled))).toEqual(['normal', 'maintenance', 'maintenance', 'normal']);
    expect(() => source.read({ code: '0', data: [{ ...scheduled, begin: '' }] }, 0)).toThrow();
    expect(() => source.read({ code: '50011', data: [] }, 0)).toThrow();
  });

  it('[MD-8] an announcement takes every instrument of both products out of trading, and its end gives them back', async () => {
    const harness = new FeedHarness(3);
    const spot = harness.listen('okx:spot');
    const perp = harness.listen('okx:perp');
    const askedMs: number[] = [];
    const announce = (body: object) => {
      for (const { line } of [spot, perp]) {
        line.answers = (request, answer) => {
          if (!request.url.includes('/system/status')) return answer;
          askedMs.push(harness.clock.wallMs());
          return { ...answer, body: JSON.stringify(body) };
        };
      }
    };
    await harness.run(5_000);
    const now = harness.clock.wallMs();
    announce({ code: '0', data: [event({ begin: String(now), end: String(now + 600_000) })], msg: '' });
    await harness.run(25_000);
    // "1 request per 5 seconds", and both products have one address.
    expect(askedMs.length).toBeGreaterThanOrEqual(2);
    expect(Math.min(...askedMs.slice(1).map((ms, at) => ms - (askedMs[at] ?? 0)))).toBeGreaterThan(5_000);
    for (const { sink } of [spot, perp]) {
      const told = sink.statuses.filter(({ status }) => status === 'maintenance').map(({ listing }) => listing);
      expect(new Set(told)).toEqual(new Set(sink.listings.keys()));
    }
    announce({ code: '0', data: [], msg: '' });
    await harness.run(25_000);
    for (const { sink } of [spot, perp]) {
      expect(new Set(sink.statuses.slice(-sink.listings.size).map(({ status }) => status))).toEqual(
        new Set(['normal']),
      );
      expect(sink.faults).toEqual([]);
    }
    announce({ code: '0', data: 'soon' });
    await harness.run(25_000);
    expect(spot.sink.faults.map(({ fault }) => fault)).toContain('bad-shape');
    await harness.close();
  });
});
