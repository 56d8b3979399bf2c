import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ListingId } from '#shared/domain/ids';
import { decimal, toDouble, wire } from '#shared/money/decimal';
import { type Level, MarketRig, spot } from '#support/market-rig';

const KRAKEN_USDT = 'kraken:spot|USDT-USD' as const;
const KRAKEN_USDC = 'kraken:spot|USDC-USD' as const;
const COINBASE_USDT = 'coinbase:spot|USDT-USD' as const;
const BINANCE_CROSS = 'binance:spot|USDC-USDT' as const;

function rig(quotes: readonly (readonly [ListingId, readonly Level[], readonly Level[]])[]) {
  const made = new MarketRig();
  made.connect(
    spot('binance', 'USDC-USDT'),
    spot('coinbase', 'USDT-USD'),
    spot('kraken', 'USDC-USD'),
    spot('kraken', 'USDT-USD'),
  );
  for (const [id, bids, asks] of quotes) made.quote(id, bids, asks);
  return made;
}

const one = decimal('1');
const shown = (made: MarketRig, from: string, to: string, amount: string) => {
  const result = made.market.convert(from, to, decimal(amount));
  return result.ok ? { rate: wire(result.value.rate), through: result.value.through } : result.error;
};

describe('conversion', () => {
  it('[ID-3] dollars are three currencies: without a book there is no conversion, and none is needed within one', () => {
    const made = rig([]);
    expect(shown(made, 'USD', 'USD', '5')).toEqual({ rate: '1', through: [] });
    expect(made.market.rate('USDT', 'USDT')).toBe(1);
    expect(shown(made, 'USDT', 'USD', '5')).toBe('stale-conversion');
    expect(made.market.rate('USDT', 'USD')).toBe(Number.NaN);
  });

  it('[ID-3] crosses the side a trade would cross, walking the ladder for the amount', () => {
    const made = rig([
      [
        KRAKEN_USDT,
        [
          [0.999, 100],
          [0.998, 100],
        ],
        [
          [1.001, 100],
          [1.002, 1000],
        ],
      ],
    ]);
    expect(shown(made, 'USDT', 'USD', '100')).toEqual({ rate: '0.999', through: [KRAKEN_USDT] });
    expect(shown(made, 'USDT', 'USD', '200')).toEqual({ rate: '0.9985', through: [KRAKEN_USDT] });
    expect(shown(made, 'USDT', 'USD', '201')).toBe('insufficient-depth');
    // 100.1 USD buys the first 100 USDT, the next 100.2 USD the second 100.
    expect(shown(made, 'USD', 'USDT', '200.3')).toEqual({
      rate: wire(decimal('200').div(decimal('200.3'))),
      through: [KRAKEN_USDT],
    });
    expect(made.market.rate('USDT', 'USD')).toBe(0.999);
    expect(made.market.rate('USD', 'USDT')).toBeCloseTo(1 / 1.001, 12);
    const result = made.market.convert('USD', 'USDT', one);
    expect(result.ok && toDouble(result.value.midRate)).toBeCloseTo(1, 12);
  });

  it('[ID-3] takes the best book for the amount and skips stale, disabled and halted ones', () => {
    const made = rig([
      [
        KRAKEN_USDT,
        [
          [0.9995, 10],
          [0.999, 1000],
        ],
        [[1.001, 100]],
      ],
      [COINBASE_USDT, [[0.9993, 1000]], [[1.001, 100]]],
    ]);
    expect(shown(made, 'USDT', 'USD', '10')).toMatchObject({ through: [KRAKEN_USDT] });
    expect(shown(made, 'USDT', 'USD', '500')).toMatchObject({ through: [COINBASE_USDT], rate: '0.9993' });
    expect(made.market.rate('USDT', 'USD')).toBe(0.9995);
    made.market.status(KRAKEN_USDT, 'cancel-only');
    expect(shown(made, 'USDT', 'USD', '10')).toMatchObject({ through: [COINBASE_USDT] });
    expect(made.market.rate('USDT', 'USD')).toBe(0.9993);
    made.disabled.add('coinbase');
    expect(shown(made, 'USDT', 'USD', '10')).toBe('stale-conversion');
    expect(made.market.rate('USDT', 'USD')).toBe(Number.NaN);
    made.disabled.clear();
    made.market.status(KRAKEN_USDT, 'normal');
    expect(made.market.rate('USDT', 'USD')).toBe(0.9995);
    made.market.book(KRAKEN_USDT).invalidate('gap');
    expect(made.market.rate('USDT', 'USD')).toBe(0.9993);
    made.clock.advanceBy(1600);
    expect(made.market.rate('USDT', 'USD')).toBe(Number.NaN);
    expect(shown(made, 'USDT', 'USD', '10')).toBe('stale-conversion');
  });

  it('[ID-3] goes through a third dollar currency when that is better or the only way', () => {
    const made = rig([
      [KRAKEN_USDT, [[0.999, 1000]], [[1.001, 1000]]],
      [KRAKEN_USDC, [[1.0, 1000]], [[1.0005, 1000]]],
    ]);
    expect(shown(made, 'USDC', 'USDT', '10')).toEqual({
      rate: wire(decimal('10').div(decimal('1.001')).div(decimal('10'))),
      through: [KRAKEN_USDC, KRAKEN_USDT],
    });
    made.quote(BINANCE_CROSS, [[0.9995, 1000]], [[0.9996, 1000]]);
    expect(shown(made, 'USDC', 'USDT', '10')).toEqual({ rate: '0.9995', through: [BINANCE_CROSS] });
    made.update(
      BINANCE_CROSS,
      [
        [0.9995, 0],
        [0.998, 1000],
      ],
      [],
    );
    expect(shown(made, 'USDC', 'USDT', '10')).toMatchObject({ through: [KRAKEN_USDC, KRAKEN_USDT] });
    expect(made.market.rate('USDC', 'USDT')).toBeCloseTo(1 / 1.001, 12);
  });

  it('[ID-3] equal rates prefer one step over two and table order over chance', () => {
    const made = rig([
      [COINBASE_USDT, [[1, 1000]], [[1.001, 1000]]],
      [KRAKEN_USDT, [[1, 1000]], [[1.001, 1000]]],
      [KRAKEN_USDC, [[0.999, 1000]], [[1, 1000]]],
      [BINANCE_CROSS, [[0.999, 1000]], [[1, 1000]]],
    ]);
    expect(shown(made, 'USDT', 'USD', '10')).toEqual({ rate: '1', through: [COINBASE_USDT] });
    // Both USDT books give 1; the one on the venue of the second book keeps it to one venue.
    made.update(
      BINANCE_CROSS,
      [],
      [
        [1, 0],
        [1.005, 1000],
      ],
    );
    expect(shown(made, 'USDT', 'USDC', '10')).toEqual({ rate: '1', through: [KRAKEN_USDT, KRAKEN_USDC] });
  });

  it('[ID-3] a coin off its peg is not used, whichever book would serve', () => {
    const made = rig([
      [KRAKEN_USDT, [[0.9935, 1000]], [[0.994, 1000]]],
      [KRAKEN_USDC, [[0.9999, 1000]], [[1.0001, 1000]]],
      [BINANCE_CROSS, [[1.005, 1000]], [[1.007, 1000]]],
    ]);
    expect(shown(made, 'USDT', 'USD', '10')).toBe('depeg');
    expect(shown(made, 'USDC', 'USDT', '10')).toBe('depeg');
    expect(made.market.rate('USDT', 'USD')).toBe(Number.NaN);
    expect(shown(made, 'USDC', 'USD', '10')).toEqual({ rate: '0.9999', through: [KRAKEN_USDC] });
    made.limits = { ...made.limits, depegGuardBps: '100' };
    made.clock.advanceBy(60);
    expect(shown(made, 'USDT', 'USD', '10')).toMatchObject({ rate: '0.9935' });
  });

  it('[ID-3] without a dollar book a peg is judged against the other stablecoin', () => {
    const made = rig([[BINANCE_CROSS, [[1.0099, 1000]], [[1.0101, 1000]]]]);
    expect(shown(made, 'USDC', 'USDT', '10')).toBe('depeg');
    made.update(
      BINANCE_CROSS,
      [
        [1.0099, 0],
        [1.0, 1000],
      ],
      [
        [1.0101, 0],
        [1.0001, 1000],
      ],
    );
    expect(shown(made, 'USDC', 'USDT', '10')).toMatchObject({ rate: '1' });
  });

  it('[ID-3] a coin is judged through another one whose worth is known, and is no way between others off its peg', () => {
    const made = rig([
      [KRAKEN_USDC, [[0.9959, 1000]], [[0.9961, 1000]]],
      [BINANCE_CROSS, [[1.0038, 1000]], [[1.0042, 1000]]],
    ]);
    // USDC is 40 bps below par; USDT, 40 bps cheaper still, is worth 0.992.
    expect(shown(made, 'USDC', 'USD', '10')).toMatchObject({ rate: '0.9959' });
    expect(shown(made, 'USDT', 'USD', '10')).toBe('depeg');
    // USDC to USD over USDT would give more, but USDT is off its peg.
    made.quote(KRAKEN_USDT, [[0.9935, 1000]], [[0.994, 1000]]);
    expect(1.0038 * 0.9935).toBeGreaterThan(0.9959);
    expect(shown(made, 'USDC', 'USD', '10')).toMatchObject({ through: [KRAKEN_USDC] });
    expect(made.market.rate('USDC', 'USD')).toBe(0.9959);
  });

  it('[ID-3] one book under two names is one way and never crossed twice', () => {
    const made = new MarketRig();
    made.connect(spot('coinbase', 'USDT-USD'), spot('coinbase', 'USDT-USDC', { bookId: COINBASE_USDT }));
    for (const id of [COINBASE_USDT, 'coinbase:spot|USDT-USDC'] as const) made.quote(id, [[0.9999, 100]], [[1, 100]]);
    // USD to USDC would need the same book in both directions.
    expect(shown(made, 'USD', 'USDC', '1')).toBe('stale-conversion');
  });

  it('[ID-3] converting there and back never gains while no two books cross (seed 23)', () => {
    const spread = fc.tuple(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 50 }),
    );
    const amount = fc.integer({ min: 1, max: 40_000 }).map((cents) => decimal((cents / 100).toFixed(2)));
    const pairs = fc.constantFrom(['USDT', 'USD'], ['USD', 'USDC'], ['USDC', 'USDT'], ['USDT', 'USDC']);
    fc.assert(
      fc.property(fc.tuple(spread, spread, spread, spread), amount, pairs, (spreads, quantity, [from, to]) => {
        const ids = [KRAKEN_USDT, COINBASE_USDT, KRAKEN_USDC, BINANCE_CROSS];
        const made = rig(
          spreads.map(([below, above, size], index) => [
            ids[index] as ListingId,
            [
              [1 - below / 10_000, size],
              [1 - (below + 5) / 10_000, size * 10],
            ],
            [
              [1 + above / 10_000, size],
              [1 + (above + 5) / 10_000, size * 10],
            ],
          ]),
        );
        const there = made.market.convert(from as string, to as string, quantity);
        if (!there.ok) {
          expect(there.error).toBe('insufficient-depth');
          return;
        }
        const received = quantity.times(there.value.rate);
        const back = made.market.convert(to as string, from as string, received);
        if (!back.ok) {
          expect(back.error).toBe('insufficient-depth');
          return;
        }
        expect(received.times(back.value.rate).lte(quantity)).toBe(true);
        // The hot path's touch rate is never worse than what an amount gets, and close to it for a small one.
        const touch = made.market.rate(from as string, to as string);
        expect(touch).toBeGreaterThanOrEqual(toDouble(there.value.rate) - 1e-12);
      }),
      { seed: 23, numRuns: 150 },
    );
  });
});
