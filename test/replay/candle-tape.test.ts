import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ASK, BID, type Book } from '#engine/ports';
import type { PaperMarket } from '#main/paper/market';
import type { RecordedFolder } from '#main/replay/bars';
import { CandleTape, type ReplayProgress, replayStartMs } from '#main/replay/candle-tape';
import { PUBLISHED_FEES } from '#main/replay/fees';
import type { FillBooks } from '#main/replay/fill-books';
import { fillPath } from '#main/replay/fill-path';
import { readFolder } from '#main/replay/folder';
import { MODEL_NOTES } from '#main/replay/model';
import { recordedListings } from '#main/replay/recorded-listings';
import type { ListingId } from '#shared/domain/ids';
import { InvariantError } from '#shared/kernel/invariant';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { MINUTE, NO_RECORDINGS, REAL_WEEK, RecordingSink, recording, row, T0 } from './recordings.ts';

const SEED = 20230301;
const KRAKEN: ListingId = 'kraken:spot|BTC-USD';
const BINANCE: ListingId = 'binance:spot|BTC-USDT';
const flat = (price: number) => `${price},${price},${price},${price}`;

interface Traded {
  readonly listing: ListingId;
  readonly price: number;
  readonly size: number;
  readonly atMs: number;
}

/** Plays a recording into a sink; `look` is called at every commit and, besides, every `lookEveryMs`. */
function play(
  folder: RecordedFolder,
  look: (engine: RecordingSink, fills: FillBooks, atMs: number) => void = () => undefined,
  lookEveryMs = 0,
) {
  const clock = new VirtualClock(replayStartMs(folder));
  const wallMs = () => clock.wallMs();
  const engine: RecordingSink = new RecordingSink(wallMs, () => look(engine, tape.fills, wallMs()));
  const progress: ReplayProgress[] = [];
  const trades: Traded[] = [];
  const listings = recordedListings(folder, PUBLISHED_FEES);
  const tape = new CandleTape({ folder, listings, clock, onProgress: (at) => progress.push(at) });
  tape.fills.onTrade((listing, price, size) => trades.push({ listing, price, size, atMs: wallMs() }));
  for (const feed of tape.feeds) feed.start(engine);
  tape.start();
  const endMs = folder.toMs + folder.barMs;
  for (let atMs = folder.fromMs + MINUTE + lookEveryMs; lookEveryMs > 0 && atMs < endMs; atMs += lookEveryMs) {
    clock.advanceTo(atMs);
    look(engine, tape.fills, atMs);
  }
  clock.advanceTo(endMs);
  return { engine, trades, tape, progress };
}

const mid = (market: { book(listing: ListingId): Book | undefined }, listing: ListingId) => {
  const book = market.book(listing);
  return book?.valid ? (book.price(BID, 0) + book.price(ASK, 0)) / 2 : Number.NaN;
};

/** Bars of one instrument: steps of a walk in whole cents, with gaps and silent bars. */
const walk = fc.array(
  fc.record({
    missing: fc.boolean(),
    moves: fc.array(fc.integer({ min: -300, max: 300 }), { minLength: 3, maxLength: 3 }),
    lots: fc.integer({ min: 0, max: 500_000 }),
  }),
  { minLength: 2, maxLength: 25 },
);
type Walk = typeof walk extends fc.Arbitrary<infer T> ? T : never;

function rowsOf(name: string, steps: Walk): string[] {
  let cents = 200_000;
  return steps.flatMap(({ missing, moves, lots }, minute) => {
    const open = cents;
    const visited = moves.map((move) => {
      cents = Math.max(1000, cents + move);
      return cents;
    });
    const prices = [open, Math.max(open, ...visited), Math.min(open, ...visited), cents].map((c) => c / 100);
    return missing && minute > 0 ? [] : [row(minute, name, prices.join(','), String(lots / 1000))];
  });
}

describe('[PP-1] the engine is shown closes and nothing from inside a bar', () => {
  test(`at every moment its books stand at the last close, uncrossed, and at every commit all are of that close (seed ${SEED})`, async () => {
    let looked = 0;
    await fc.assert(
      fc.asyncProperty(walk, walk, async (a, b) => {
        const folder = await recording([...rowsOf('kraken BTC-USD', a), ...rowsOf('binance BTC-USDT', b)]);
        play(
          folder,
          (engine, _fills, atMs) => {
            for (const { listing, bars } of folder.instruments) {
              const book = engine.books.get(listing);
              // A side without a level is what no volume gives; nobody trades on it.
              if (book === undefined || !book.valid || book.depth(BID) === 0) continue;
              let close = Number.NaN;
              for (let i = 0; bars.openMs(i) + MINUTE <= atMs; i += 1) close = bars.at(i)?.close ?? Number.NaN;
              expect(mid(engine, listing)).toBeCloseTo(close, 6);
              expect(book.price(BID, 0)).toBeLessThan(book.price(ASK, 0));
              looked += 1;
            }
          },
          7000,
        );
      }),
      { seed: SEED, numRuns: 25 },
    );
    expect(looked).toBeGreaterThan(500);
  });

  test('[SD-1] all books of a close are written before the first is acted upon', async () => {
    const rows = [0, 1, 2].flatMap((minute) => [
      row(minute, 'kraken BTC-USD', flat(1000 + 500 * minute)),
      row(minute, 'binance BTC-USDT', flat(1000 + 500 * minute)),
    ]);
    const differences = new Set<number>();
    play(await recording(rows), (engine) => {
      const [a, b] = [mid(engine, KRAKEN), mid(engine, BINANCE)];
      if (!Number.isNaN(a) && !Number.isNaN(b)) differences.add(a - b);
    });
    expect([...differences]).toEqual([0]);
  });

  test('[ID-3] books of the dollar currencies are committed before those compared through them', async () => {
    const committed: ListingId[] = [];
    const folder = await recording(
      ['binance BTC-USDT', 'coinbase USDT-USD', 'kraken BTC-USD', 'kraken USDC-USD'].map((name) =>
        row(0, name, flat(1)),
      ),
    );
    const clock = new VirtualClock(replayStartMs(folder));
    const tape = new CandleTape({ folder, listings: recordedListings(folder, PUBLISHED_FEES), clock });
    const sink = new RecordingSink(
      () => clock.wallMs(),
      (listing) => committed.push(listing),
    );
    for (const feed of tape.feeds) feed.start(sink);
    tape.start();
    clock.advanceTo(folder.toMs);
    expect(committed).toEqual([
      'coinbase:spot|USDT-USD',
      'kraken:spot|USDC-USD',
      'binance:spot|BTC-USDT',
      'kraken:spot|BTC-USD',
    ]);
  });

  test('[MD-1] books have twenty levels a side, larger further out, and grow with range and volume', async () => {
    const { engine } = play(
      await recording([
        row(0, 'kraken BTC-USD', '1000,1010,990,1000', '10.512345'),
        row(0, 'binance BTC-USDT', '1000,1001,999,1000.1', '1.512345'),
      ]),
    );
    const wide = engine.books.get(KRAKEN);
    const narrow = engine.books.get(BINANCE);
    expect([wide?.depth(BID), wide?.depth(ASK), narrow?.depth(BID)]).toEqual([20, 20, 20]);
    const spread = (book = wide) => (book?.price(ASK, 0) ?? 0) - (book?.price(BID, 0) ?? 0);
    expect(spread()).toBe(4);
    expect(spread(narrow)).toBeCloseTo(0.4, 9);
    expect(wide?.size(ASK, 19)).toBeGreaterThan(wide?.size(ASK, 0) ?? 0);
    const side = Array.from({ length: 20 }, (_, i) => wide?.size(ASK, i) ?? 0).reduce((sum, size) => sum + size, 0);
    expect(side).toBeLessThanOrEqual(5.2561725);
    expect(side).toBeGreaterThan(5.25);
  });
});

describe('[PP-1] fills follow the recorded prices of the next bar', () => {
  const bar = fc
    .tuple(fc.nat(1000), fc.nat(1000), fc.nat(1000), fc.nat(1000), fc.double({ min: 0.001, max: 1e6, noNaN: true }))
    .map(([a, b, up, down, volume]) => {
      const open = 2000 + a;
      const close = 2000 + b;
      return { openMs: T0, open, close, high: Math.max(open, close) + up, low: Math.min(open, close) - down, volume };
    });

  test(`a path begins at the open, ends at the close, touches high and low and leaves neither (seed ${SEED})`, () => {
    fc.assert(
      fc.property(bar, fc.nat(5000), (each, before) => {
        const path = fillPath(each, before);
        const prices = path.map(({ price }) => price);
        expect(prices[0]).toBe(each.open);
        expect(prices.at(-1)).toBe(each.close);
        expect(Math.max(...prices)).toBe(each.high);
        expect(Math.min(...prices)).toBe(each.low);
        expect(prices.indexOf(each.low) <= prices.indexOf(each.high)).toBe(each.close >= each.open);
        expect(path.reduce((sum, { volume }) => sum + volume, 0)).toBeCloseTo(each.volume, 6);
        expect(path.every(({ at }, i) => at < 1 && at >= 0 && at >= (path[i - 1]?.at ?? 0))).toBe(true);
      }),
      { seed: SEED },
    );
  });

  test('the open is there from the instant of the decision, the rest at thirds and just before the next close', async () => {
    const { trades } = play(
      await recording([row(0, 'kraken BTC-USD', flat(1000)), row(1, 'kraken BTC-USD', '1001,1005,995,1002', '8')]),
    );
    expect(trades.map(({ price, size, atMs }) => [price, size, (atMs - T0 - MINUTE) / 1000])).toEqual([
      [1001, 2, 0],
      [995, 2, 20],
      [1005, 2, 40],
      [1002, 2, 59],
    ]);
  });

  test('the engine’s book does not move while fills do', async () => {
    const folder = await recording([
      row(0, 'kraken BTC-USD', flat(1000)),
      row(1, 'kraken BTC-USD', '1001,1005,995,1002', '8'),
    ]);
    const seen: [number, number][] = [];
    play(
      folder,
      (engine, fills, atMs) => {
        if (atMs > T0 + MINUTE && atMs < T0 + 2 * MINUTE) seen.push([mid(engine, KRAKEN), mid(fills, KRAKEN)]);
      },
      15_000,
    );
    expect(seen).toEqual([
      [1000, 1001],
      [1000, 995],
      [1000, 1005],
    ]);
  });

  test.each([
    ['a bar without volume', [row(1, 'kraken BTC-USD', flat(1000), '0')]],
    ['no bar', []],
  ])('%s: the engine keeps a price; orders are taken, but there is nothing to fill on', async (_name, middle) => {
    const folder = await recording([
      ...[0, 1, 2].map((minute) => row(minute, 'binance BTC-USDT', flat(1000))),
      row(0, 'kraken BTC-USD', flat(1000)),
      ...middle,
      row(2, 'kraken BTC-USD', flat(1010)),
    ]);
    const during = new Set<string>();
    const { trades } = play(
      folder,
      (engine, filling, atMs) => {
        if (atMs <= T0 + MINUTE || atMs >= T0 + 2 * MINUTE) return;
        const book = filling.book(KRAKEN);
        during.add(`${mid(engine, KRAKEN)} ${filling.tradable(KRAKEN)} ${book?.depth(BID)} ${book?.depth(ASK)}`);
      },
      10_000,
    );
    expect([...during]).toEqual(['1000 true 0 0']);
    expect(trades.filter(({ listing }) => listing === KRAKEN).map(({ price }) => price)).toEqual([
      1010, 1010, 1010, 1010,
    ]);
  });
});

describe('[PP-1] the simulated venues’ market', () => {
  test('is one they can be built on, tells of each change, and cannot be written by them', async () => {
    const folder = await recording([0, 1].map((minute) => row(minute, 'coinbase BTC-USD', flat(1000), '5.123456')));
    const clock = new VirtualClock(replayStartMs(folder));
    const tape = new CandleTape({ folder, listings: recordedListings(folder, PUBLISHED_FEES), clock });
    const market: PaperMarket = tape.fills;
    const told: string[] = [];
    market.onBook((id) => told.push(`${id} ${market.tradable(id)}`));
    for (const feed of tape.feeds) feed.start(new RecordingSink(() => clock.wallMs()));
    tape.start();
    clock.advanceTo(folder.toMs);
    expect(told).toEqual(Array(5).fill('coinbase:spot|BTC-USD true'));
    expect(() => market.book('coinbase:spot|BTC-USD')?.reset()).toThrow(InvariantError);
    expect(market.book('kraken:spot|BTC-USD')).toBeUndefined();
  });

  test('[ID-3] two names of one book have one book', async () => {
    const folder = await recording(
      ['coinbase BTC-USD', 'coinbase BTC-USDC'].flatMap((name) =>
        [0, 1].map((minute) => row(minute, name, flat(1000))),
      ),
    );
    const { tape, engine } = play(folder);
    expect(tape.fills.book('coinbase:spot|BTC-USDC')).toBe(tape.fills.book('coinbase:spot|BTC-USD'));
    expect(engine.books.get('coinbase:spot|BTC-USDC')).toBeUndefined();
  });
});

describe('[MD-2] ages on bars', () => {
  const minutes = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

  test('a venue whose instruments all lack bars for three minutes is out until its next bar', async () => {
    const { engine, tape } = play(
      await recording([
        ...minutes(0, 20).map((minute) => row(minute, 'binance BTC-USDT', flat(1000))),
        ...[...minutes(0, 5), ...minutes(12, 20)].map((minute) => row(minute, 'kraken BTC-USD', flat(1000))),
      ]),
    );
    const kraken = engine.connections.filter(({ feed }) => feed === 'kraken:spot');
    expect(kraken.map(({ state, reason, atMs }) => [state, reason, (atMs - T0) / MINUTE])).toEqual([
      ['connecting', 'before its first bar', 59 / 60],
      ['connected', 'first bar', 1],
      ['disconnected', 'no bars for 3 min', 8],
      ['connected', 'bars again', 13],
    ]);
    expect(tape.outages()).toEqual([
      { feed: 'kraken:spot', lastBarMs: T0 + 4 * MINUTE, noticedMs: T0 + 8 * MINUTE, backMs: T0 + 13 * MINUTE },
    ]);
  });

  test('two minutes without bars are no outage, but the venue is not heard in them', async () => {
    const { engine, tape } = play(
      await recording([
        ...minutes(0, 10).map((minute) => row(minute, 'binance BTC-USDT', flat(1000))),
        ...[0, 1, 4].map((minute) => row(minute, 'kraken BTC-USD', flat(1000))),
      ]),
      (sink, _fills, atMs) => {
        if (atMs === T0 + 4 * MINUTE) expect(sink.heardAtMs.get('kraken:spot')).toBe(T0 + 2 * MINUTE);
      },
    );
    expect(engine.heardAtMs.get('kraken:spot')).toBe(T0 + 5 * MINUTE);
    expect(tape.outages().map(({ noticedMs }) => (noticedMs - T0) / MINUTE)).toEqual([8]);
  });

  test('an instrument without bars on a venue that has others keeps its close for half an hour, then has no book', async () => {
    const validUntil: number[] = [];
    play(
      await recording([
        ...minutes(0, 40).map((minute) => row(minute, 'kraken ETH-USD', flat(100))),
        row(0, 'kraken BTC-USD', flat(1000)),
      ]),
      (engine, _fills, atMs) => {
        if (engine.books.get(KRAKEN)?.valid) validUntil.push((atMs - T0) / MINUTE);
      },
    );
    expect(Math.max(...validUntil)).toBe(31 - 1);
  });

  test.skipIf(NO_RECORDINGS)(
    `Coinbase is out on 2023-03-04 from 17:03 until the bar of 21:37${NO_RECORDINGS ? ` (skipped: ${NO_RECORDINGS})` : ''}`,
    async () => {
      const read = await readFolder(REAL_WEEK);
      if (!read.ok) throw new Error(read.error);
      const validWhileOut: string[] = [];
      const { tape, engine, progress, trades } = play(read.value, (sink, filling, atMs) => {
        if (atMs < Date.UTC(2023, 2, 4, 17, 3) || atMs >= Date.UTC(2023, 2, 4, 21, 38)) return;
        // Between the passes of 17:03 the venue leaves first, so nothing later may find one of its books valid.
        for (const [listing, book] of sink.books) {
          const valid = book.valid || filling.tradable(listing);
          if (listing.startsWith('coinbase:') && valid && atMs > Date.UTC(2023, 2, 4, 17, 3)) {
            validWhileOut.push(`${listing} ${new Date(atMs).toISOString()}`);
          }
        }
      });
      expect(tape.outages()).toEqual([
        {
          feed: 'coinbase:spot',
          lastBarMs: Date.UTC(2023, 2, 4, 16, 59),
          noticedMs: Date.UTC(2023, 2, 4, 17, 3),
          backMs: Date.UTC(2023, 2, 4, 21, 38),
        },
      ]);
      expect(validWhileOut).toEqual([]);
      const outs = engine.connections.filter(({ state }) => state === 'disconnected');
      expect(outs.map(({ feed }) => feed)).toEqual(['coinbase:spot']);
      const frozen = trades.filter(
        ({ listing, atMs }) =>
          listing.startsWith('coinbase:') && atMs >= Date.UTC(2023, 2, 4, 17, 0) && atMs < Date.UTC(2023, 2, 4, 21, 37),
      );
      expect(frozen).toEqual([]);
      expect(progress.at(-1)).toEqual({ barsDone: 91_162, barsTotal: 91_162, simulatedMs: 7 * 86_400_000 });
    },
    60_000,
  );
});

test('the model is stated', () => {
  const notes = MODEL_NOTES.join('\n');
  for (const word of ['invented', 'at most 30 minutes', 'for 3 minutes is out', '20 levels', '10 %', '100 ms']) {
    expect(notes).toContain(word);
  }
});
