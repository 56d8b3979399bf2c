import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Track, TrackTable } from '#main/venues/kit/track';
import { RecordingSink } from '#support/recording-sink';

const SEED = 20_261_123;
const encoder = new TextEncoder();

const trackOf = (symbol: string): Track => {
  const book = new RecordingSink().book('okx:spot|BTC-USDT');
  return new Track({ listing: 'okx:spot|BTC-USDT', symbol, book, priceDecimals: 1, sizeDecimals: 8 });
};

describe('TrackTable', () => {
  it(`finds by bytes exactly what it finds by text, seed ${SEED}`, () => {
    const symbols = fc.uniqueArray(fc.string({ unit: fc.constantFrom(...'ABTC-/_1'), minLength: 1, maxLength: 6 }), {
      maxLength: 120,
    });
    fc.assert(
      fc.property(
        symbols,
        fc.array(fc.string({ unit: fc.constantFrom(...'ABTC-/_1'), maxLength: 7 })),
        (held, asked) => {
          const table = new TrackTable();
          for (const symbol of held) table.add(trackOf(symbol));
          for (const gone of held.slice(0, 3)) table.remove(table.get(gone) as Track);
          for (const symbol of [...held, ...asked]) {
            const bytes = encoder.encode(`xx${symbol}yy`);
            expect(table.find(bytes, 2, bytes.length - 2)).toBe(table.get(symbol));
          }
          expect(table.size).toBe(Math.max(0, held.length - 3));
        },
      ),
      { seed: SEED, numRuns: 300 },
    );
  });
});

describe('Track', () => {
  it('passes each trade on once: numbers grow, other ids differ from the last one', () => {
    const track = trackOf('BTCUSDT');
    const took = (id: string) => track.takeTrade(id);
    expect([took('9'), took('9'), took('10'), took('8'), took('9'), took('11')]).toEqual([
      true,
      false,
      true,
      false,
      false,
      true,
    ]);
    const uuids = trackOf('ETHUSDT');
    const id = '20f43950-d8dd-5b31-9112-a178eb6023af';
    expect([uuids.takeTrade(id), uuids.takeTrade(id), uuids.takeTrade('0a'), uuids.takeTrade(id)]).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });

  it('[MD-3] a delta is next, stale or a gap; many stale ones in a row are a gap', () => {
    const track = trackOf('BTCUSDT');
    track.restart(10);
    const step = (previous: number, next: number) =>
      track.step(Float64Array.of(previous), 0, Float64Array.of(Number.NaN, next, Number.NaN));
    expect(step(10, 12)).toBe('next');
    expect(step(11, 12)).toBe('stale');
    expect(step(13, 14)).toBe('gap');
    for (let repeat = 0; repeat < 7; repeat += 1) expect(step(3, 4)).toBe('stale');
    expect(step(3, 4)).toBe('gap');
  });
});
