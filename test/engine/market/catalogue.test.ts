import { expect, it } from 'vitest';
import { MarketRig, perp, spot } from '#support/market-rig';

const FEED = 'kraken:spot' as const;

it('[ID-2] a refresh that repeats the catalogue is no change; another term, status or listing is', () => {
  const rig = new MarketRig();
  const listings = [spot('kraken', 'BTC-USD'), spot('kraken', 'ETH-USD')];
  const refresh = (...told: typeof listings) => {
    rig.catalogueChanges.length = 0;
    rig.market.catalogue(FEED, told);
    return rig.catalogueChanges.length;
  };
  expect(refresh(...listings)).toBe(1);
  expect(refresh(...structuredClone(listings))).toBe(0);
  expect(refresh(spot('kraken', 'BTC-USD', { priceTick: '0.5' }), spot('kraken', 'ETH-USD'))).toBe(1);
  expect(refresh(spot('kraken', 'BTC-USD', { priceTick: '0.5' }))).toBe(1);
  expect(rig.market.listing('kraken:spot|ETH-USD')?.status).toBe('delisted');
  expect(refresh(spot('kraken', 'BTC-USD', { priceTick: '0.5' }))).toBe(0);
  // A status that came live in between is taken back by the catalogue: that is news.
  rig.market.status('kraken:spot|BTC-USD', 'halted');
  expect(refresh(spot('kraken', 'BTC-USD', { priceTick: '0.5' }))).toBe(1);
  expect(rig.market.listing('kraken:spot|BTC-USD')?.status).toBe('normal');
  expect(refresh(...listings)).toBe(1);
});

it('[MD-8] what a catalogue refuses is told at each refresh', () => {
  const rig = new MarketRig();
  for (let time = 1; time <= 2; time += 1) {
    rig.market.catalogue(FEED, [spot('kraken', 'BTC-USD'), perp('kraken', 'ETH-USD')]);
    expect(rig.market.feeds()[0]?.decodeErrors).toBe(time);
  }
});
