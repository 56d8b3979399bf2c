import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { termsOf } from '#engine/risk/listing-terms';
import {
  clampToBand,
  commonLot,
  isWorse,
  orderProblem,
  safePrice,
  smallestOrder,
  worsened,
} from '#engine/risk/order-rules';
import { ceilTo, type Decimal, decimal, floorTo, fromDouble } from '#shared/money/decimal';
import { bitcoin } from '#support/planning-rig';

const price = fc.double({ min: 0.01, max: 200_000, noNaN: true }).map((value) => fromDouble(value, 8));
const step = fc.constantFrom('0.00001', '0.001', '0.01', '0.1', '0.5', '5').map(decimal);
const side = fc.constantFrom('buy' as const, 'sell' as const);

describe('rounding', () => {
  it('[ID-4] a price goes to the tick and never costs more than was meant (seed 21)', () => {
    fc.assert(
      fc.property(side, price, step, (which, value, tick) => {
        const rounded = safePrice(which, value, tick);
        expect(rounded.mod(tick).eq(decimal('0'))).toBe(true);
        expect(isWorse(which, rounded, value)).toBe(false);
        expect(rounded.minus(value).abs().lt(tick)).toBe(true);
      }),
      { seed: 21, numRuns: 300 },
    );
  });

  it('[ID-4] a crossing price stays within its stored bound (seed 22)', () => {
    fc.assert(
      fc.property(side, price, step, fc.integer({ min: 0, max: 200 }), (which, touch, tick, bps) => {
        const bound = worsened(which, touch, decimal(String(bps)));
        expect(isWorse(which, safePrice(which, bound, tick), bound)).toBe(false);
      }),
      { seed: 22, numRuns: 300 },
    );
  });

  it('[ID-4] a quantity never grows by rounding (seed 23)', () => {
    fc.assert(
      fc.property(price, step, (value, lot) => {
        const rounded = floorTo(value, lot);
        expect(rounded.lte(value)).toBe(true);
        expect(rounded.mod(lot).eq(decimal('0'))).toBe(true);
      }),
      { seed: 23, numRuns: 300 },
    );
  });
});

describe('rounding to a step of one digit', () => {
  it('[ID-4] cuts digits beyond those a division keeps', () => {
    const value = decimal('0.2999999999999999999999999');
    expect(floorTo(value, decimal('0.1')).toFixed()).toBe('0.2');
    expect(ceilTo(decimal('0.2000000000000000000000001'), decimal('0.1')).toFixed()).toBe('0.3');
    expect(floorTo(decimal('-0.25'), decimal('0.1')).toFixed()).toBe('-0.3');
    expect(ceilTo(decimal('-0.25'), decimal('0.1')).toFixed()).toBe('-0.2');
    expect(floorTo(decimal('1234'), decimal('100')).toFixed()).toBe('1200');
  });
});

describe('smallestOrder', () => {
  const lot = fc.constantFrom('0.00000001', '0.0001', '0.003', '1', '25');
  const least = fc.constantFrom('0.00000001', '0.0005', '2', '30');
  const value = fc.constantFrom('0', '0.1', '5', '10', '123.45');
  const cheap = fc.double({ min: 0.0001, max: 200_000, noNaN: true }).map((at) => fromDouble(at, 6));

  it('[SD-2] meets both minimums, and a lot less does not (seed 24)', () => {
    fc.assert(
      fc.property(lot, least, value, cheap, (lotStep, minQuantity, minNotional, at) => {
        fc.pre(at.gt('0'));
        const terms = termsOf(bitcoin('kraken', 'USD', { lotStep, minQuantity, minNotional }));
        const quantity = smallestOrder(terms, at);
        const fits = (size: Decimal) =>
          size.gt('0') && size.gte(decimal(minQuantity)) && size.times(at).gte(decimal(minNotional));
        expect(quantity.mod(decimal(lotStep)).eq('0')).toBe(true);
        expect(fits(quantity)).toBe(true);
        expect(fits(quantity.minus(decimal(lotStep)))).toBe(false);
      }),
      { seed: 24, numRuns: 500 },
    );
  });
});

describe('commonLot', () => {
  it.each([
    ['0.001', '0.0001', '0.001'],
    ['0.002', '0.003', '0.006'],
    ['1', '0.4', '2'],
    ['0.00000001', '0.00001', '0.00001'],
  ])('[SD-2] of %s and %s is %s', (a, b, lot) => {
    expect(commonLot(decimal(a), decimal(b)).toFixed()).toBe(lot);
  });
});

describe('venue rules of an order', () => {
  const listing = bitcoin('kraken', 'USD', {
    priceTick: '0.5',
    lotStep: '0.001',
    minQuantity: '0.002',
    minNotional: '100',
  });
  const problem = (quantity: string, at: string) =>
    orderProblem(listing, termsOf(listing), decimal(quantity), decimal(at))?.reason;

  it.each([
    ['0.002', '50000.5', undefined],
    ['0.002', '50000.3', 'unsupported-order'],
    ['0.0025', '50000', 'unsupported-order'],
    ['0', '50000', 'unsupported-order'],
    ['0.002', '-0.5', 'unsupported-order'],
    ['0.001', '50000', 'lot-too-small'],
    ['0.002', '40000', 'lot-too-small'],
  ])('[ID-2] %s at %s: %s', (quantity, at, reason) => {
    expect(problem(quantity, at)).toBe(reason);
  });

  it('[SD-2] the smallest order meets quantity and value minimums', () => {
    expect(smallestOrder(termsOf(listing), decimal('50000')).toFixed()).toBe('0.002');
    expect(smallestOrder(termsOf(listing), decimal('30000')).toFixed()).toBe('0.004');
  });

  it('[EX-8] rescue prices are brought inside the band, on the tick', () => {
    const banded = bitcoin('kraken', 'USD', { priceTick: '0.5', priceBand: { below: '0.01', above: '0.01' } });
    const clamped = (which: 'buy' | 'sell', at: string): Decimal =>
      clampToBand(which, decimal(at), termsOf(banded), decimal('50001'));
    expect(clamped('buy', '60000').toFixed()).toBe('50501');
    expect(clamped('sell', '40000').toFixed()).toBe('49501');
    expect(clamped('buy', '50100').toFixed()).toBe('50100');
  });
});
