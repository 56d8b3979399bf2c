import { describe, expect, it } from 'vitest';
import { CommonScope, listedScope } from '#main/venues/feeds';
import { canonicalBase } from '#main/venues/kit/canonical-base';

describe('[ID-6] canonical base', () => {
  it.each([
    ['BTC', 'BTC', '1'],
    ['1INCH', '1INCH', '1'],
    ['1000PEPE', '1000PEPE', '1000'],
    ['SHIB1000', '1000SHIB', '1000'],
    ['1000SHIB', '1000SHIB', '1000'],
    ['10000SATS', '10000SATS', '10000'],
    ['1000000MOG', '1000000MOG', '1000000'],
    ['1MBABYDOGE', '1000000BABYDOGE', '1000000'],
    ['100', '100', '1'],
    ['MOVE', 'MOVE', '1'],
  ])('%s is %s, %s units of its coin', (named, base, unitsPerBase) => {
    expect(canonicalBase(named)).toEqual({ base, unitsPerBase });
  });
});

describe('pair scope', () => {
  it('reads the named bases in dollars of any kind, and every dollar in another', () => {
    const scope = listedScope(['BTC']);
    const read = (pairs: readonly (readonly [string, string])[]) => pairs.map(([a, b]) => scope.includes(a, b));
    expect(
      read([
        ['BTC', 'USDT'],
        ['BTC', 'EUR'],
        ['ETH', 'USD'],
        ['USDC', 'USDT'],
        ['USDT', 'USD'],
      ]),
    ).toEqual([true, false, false, true, true]);
  });

  it('in common: what two feeds quote, growing and shrinking with their catalogues, told once for each change', () => {
    const scope = new CommonScope();
    let changes = 0;
    const cancel = scope.onChanged(() => {
      changes += 1;
    });
    scope.offer('okx:spot', new Set(['BTC', 'ETH', 'DOGE']));
    expect([scope.includes('BTC', 'USDT'), changes]).toEqual([false, 0]);
    scope.offer('okx:perp', new Set(['BTC']));
    expect([scope.includes('BTC', 'USDT'), scope.includes('ETH', 'USDT'), changes]).toEqual([true, false, 1]);
    scope.offer('bybit:spot', new Set(['BTC', 'ETH']));
    expect([scope.includes('ETH', 'USD'), changes]).toEqual([true, 2]);
    scope.offer('bybit:spot', new Set(['BTC', 'ETH']));
    expect(changes).toBe(2);
    scope.offer('bybit:spot', new Set(['BTC']));
    expect([scope.includes('ETH', 'USD'), changes]).toEqual([false, 3]);
    cancel();
    scope.offer('kraken:spot', new Set(['ETH']));
    expect(changes).toBe(3);
  });

  it('keeps the most widely quoted and names those left out', () => {
    const scope = new CommonScope(2);
    scope.offer('okx:spot', new Set(['A', 'B', 'C']));
    scope.offer('okx:perp', new Set(['A', 'B', 'C']));
    scope.offer('bybit:spot', new Set(['C']));
    expect(['A', 'B', 'C'].map((base) => scope.includes(base, 'USDT'))).toEqual([true, false, true]);
    expect(scope.leftOut).toEqual(['B']);
  });
});
