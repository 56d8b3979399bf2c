import { expect, it } from 'vitest';
import type { VenueState } from '#shared/contract/rows';
import { venueTitle, venueTone, venueWords } from '../../../src-renderer/format/venue-state.ts';
import { sampleStatus } from '../fixtures/sample.ts';

const [base] = sampleStatus().venues;
if (base === undefined) throw new Error('the sample has venues');
const venue = (state: VenueState, spot: VenueState, perp: VenueState) => ({
  ...base,
  state,
  vetoed: false,
  products: [
    { product: 'spot' as const, state: spot },
    { product: 'perp' as const, state: perp },
  ],
});

it('[UI-1] a venue whose one product is down while the other is well says which', () => {
  const half = venue('partly fresh', 'fresh', 'offline');
  expect([venueWords(half), venueTone(half)]).toEqual(['perp offline', 'warn']);
  expect(venueTitle(half)).toContain('spot fresh, perp offline');
  expect(venueWords(venue('partly fresh', 'stale', 'fresh'))).toBe('spot stale');
  expect(venueWords({ ...half, vetoed: true })).toBe('perp offline');
});

it('[UI-4] alike products make one word; a disabled venue is quiet', () => {
  expect(venueWords(venue('fresh', 'fresh', 'fresh'))).toBe('fresh');
  expect(venueWords(venue('partly fresh', 'partly fresh', 'partly fresh'))).toBe('partly fresh');
  expect(venueWords(venue('offline', 'offline', 'offline'))).toBe('offline');
  expect(venueWords({ ...venue('fresh', 'fresh', 'fresh'), vetoed: true })).toBe('vetoed');
  const off = { ...venue('offline', 'offline', 'offline'), enabled: false };
  expect([venueWords(off), venueTone(off)]).toEqual(['disabled', 'quiet']);
});
