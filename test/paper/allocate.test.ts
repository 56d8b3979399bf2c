import { describe, expect, it } from 'vitest';
import { allocatePaper } from '#main/paper/allocate';
import type { Venue } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { decimal, ZERO } from '#shared/money/decimal';
import { bitcoinAt } from '../support/deal-rig.ts';

const listing = (venue: Venue, base: string, quote: string): Listing => ({
  ...bitcoinAt(venue),
  id: `${venue}:spot|${base}-${quote}`,
  instrument: `${base}-${quote}`,
  base,
  quote,
});
const prices = new Map([
  ['BTC', decimal('61234.5')],
  ['ETH', decimal('3210.98')],
  ['USDT', decimal('0.9997')],
]);
const request = {
  account: 'paper',
  startingUsd: decimal('100000'),
  coinsPct: decimal('40'),
  venues: ['binance', 'kraken', 'okx'] as const,
  listings: [
    listing('kraken', 'BTC', 'USD'),
    listing('kraken', 'BTC', 'USDT'),
    listing('kraken', 'USDT', 'USD'),
    listing('binance', 'BTC', 'USDT'),
    listing('binance', 'ETH', 'USDT'),
  ],
  prices,
};

describe('[PP-1] paper inventory', () => {
  it('spreads the stated value evenly over venues that list something, then coins and quote currencies', () => {
    const allocation = allocatePaper(request);
    if (!allocation.ok) throw new Error(allocation.error);
    const rows = allocation.value.entries.flatMap((entry) => (entry.kind === 'inventory-allocated' ? [entry] : []));
    expect(rows.map((row) => [row.venue, row.currency, row.quantity])).toEqual([
      ['binance', 'BTC', '0.16330663'],
      ['binance', 'ETH', '3.11431401'],
      ['binance', 'USDT', '30009'],
      ['kraken', 'BTC', '0.32661326'],
      ['kraken', 'USD', '15000'],
      ['kraken', 'USDT', '15004.5'],
    ]);
    const value = rows.reduce((sum, row) => sum.plus(decimal(row.quantity).times(decimal(row.priceUsd))), ZERO);
    expect(value.lte(decimal('100000'))).toBe(true);
    expect(value.gt(decimal('99999.9'))).toBe(true);
    expect(allocation.value.balances.map((row) => row.total)).toEqual(rows.map((row) => row.quantity));
  });

  it('[ID-5] does not depend on the order of its inputs', () => {
    const turned = { ...request, listings: [...request.listings].reverse(), prices: new Map([...prices].reverse()) };
    expect(allocatePaper(turned)).toEqual(allocatePaper(request));
  });

  it('[FCL] names the currency that has no price instead of guessing one', () => {
    expect(allocatePaper({ ...request, prices: new Map([['BTC', decimal('1')]]) })).toEqual({
      ok: false,
      error: 'ETH has no price yet.',
    });
  });

  it('needs a venue that lists something', () => {
    expect(allocatePaper({ ...request, listings: [] }).ok).toBe(false);
  });
});
