import { describe, expect, it } from 'vitest';
import type { VenueState } from '#shared/contract/rows';
import { venueTitle, venueTone, venueWords } from '../../../src-renderer/format/venue-state.ts';
import { SAMPLE_NOW_MS } from '../fixtures/market-sample.ts';
import { sampleStatus } from '../fixtures/sample.ts';

const [base] = sampleStatus().venues;
if (base === undefined) throw new Error('the sample has venues');
const venue = (state: VenueState, spot: VenueState, perp: VenueState) => ({
  ...base,
  state,
  vetoed: false,
  products: [
    { product: 'spot' as const, state: spot, maintenance: null },
    { product: 'perp' as const, state: perp, maintenance: null },
  ],
});

it('[UI-1] a venue whose one product is down while the other is well says which', () => {
  const half = venue('partly fresh', 'fresh', 'offline');
  expect([venueWords(half), venueTone(half)]).toEqual(['perp offline', 'warn']);
  expect(venueTitle(half, SAMPLE_NOW_MS)).toContain('spot fresh, perp offline');
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

it('[UI-1] [RO-1] a venue that its account keeps new deals from says so in words, quietly, and why when asked', () => {
  const unrouted = 'The account “Mine” on Kraken has routing off; it is switched on again on Accounts.';
  const shown = { ...venue('fresh', 'fresh', 'fresh'), unrouted };
  expect([venueWords(shown), venueTone(shown)]).toEqual(['not routed', 'quiet']);
  expect(venueTitle(shown, SAMPLE_NOW_MS)).toContain(unrouted);
  // No data is said first: it concerns open deals too.
  expect([venueWords({ ...shown, state: 'offline' }), venueTone({ ...shown, state: 'offline' })]).toEqual([
    'offline',
    'bad',
  ]);
});

describe('[UI-1] [MD-8] announced maintenance', () => {
  const fromMs = SAMPLE_NOW_MS + 72 * 60_000;
  const window = {
    feed: `${base.venue}:spot` as const,
    id: '21',
    title: 'Spot trading upgrade',
    fromMs,
    toMs: fromMs + 7_200_000,
    state: 'announced' as const,
    source: 'status.example/schedule',
    readAtMs: SAMPLE_NOW_MS,
  };
  const announcing = (entriesWait: boolean) => ({
    ...base,
    vetoed: false,
    state: 'fresh' as const,
    products: [
      { product: 'spot' as const, state: 'fresh' as const, maintenance: { window, entriesWait } },
      { product: 'perp' as const, state: 'fresh' as const, maintenance: null },
    ],
  });

  it('far away it stands in the title alone', () => {
    const venue = announcing(false);
    expect([venueWords(venue), venueTone(venue)]).toEqual(['fresh', 'good']);
    expect(venueTitle(venue, SAMPLE_NOW_MS)).toMatch(
      /spot: maintenance .* UTC, in 1 h 12 min: Spot trading upgrade\.$/,
    );
  });

  it('from its lead on the venue says which product waits', () => {
    const venue = announcing(true);
    expect([venueWords(venue), venueTone(venue)]).toEqual(['spot maintenance', 'warn']);
  });
});
