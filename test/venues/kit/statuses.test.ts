import { describe, expect, it } from 'vitest';
import { Statuses } from '#main/venues/kit/statuses';
import { listingId } from '#shared/domain/ids';
import type { Listing, TradingStatus } from '#shared/domain/listing';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { RecordingSink } from '#support/recording-sink';

const listing = (instrument: string, status: TradingStatus, bookOf = instrument): Listing => ({
  id: listingId('coinbase:spot', instrument),
  venue: 'coinbase',
  product: 'spot',
  instrument,
  base: instrument.split('-')[0] ?? '',
  quote: instrument.split('-')[1] ?? '',
  symbol: instrument,
  priceTick: '0.01',
  lotStep: '0.00000001',
  minQuantity: '0.00000001',
  minNotional: '1',
  makerFeeBps: '60',
  takerFeeBps: '120',
  feeSource: 'published',
  feeCurrency: 'quote',
  priceBand: null,
  status,
  settle: instrument.split('-')[1] ?? '',
  contractSize: '1',
  unitsPerBase: '1',
  funding: null,
  bookId: listingId('coinbase:spot', bookOf),
});

const CATALOGUE = [
  listing('BTC-USD', 'normal'),
  listing('BTC-USDC', 'normal', 'BTC-USD'),
  listing('ETH-USD', 'normal'),
];

function made(catalogue: readonly Listing[] = CATALOGUE) {
  const clock = new VirtualClock(0);
  const sink = new RecordingSink();
  const statuses = new Statuses(sink, clock);
  const short = (id: string, status: TradingStatus) => `${id.replace('coinbase:spot|', '')} ${status}`;
  /** Announces a catalogue asked for `agoMs` ago; gives what it says now. */
  const adopt = (listings: readonly Listing[], agoMs = 0) =>
    statuses.adopt(listings, clock.monoMs() - agoMs).map(({ id, status }) => short(id, status));
  adopt(catalogue);
  clock.advanceBy(1_000);
  /** What was told since the last look. */
  const told = () => sink.statuses.splice(0).map(({ listing: id, status }) => short(id, status));
  return { clock, statuses, adopt, told };
}

describe('trading statuses', () => {
  it('[MD-8] [ID-3] a market that halts takes along what shows its book under another name', () => {
    const { statuses, told } = made();
    statuses.instrument('BTC-USD', 'halted');
    expect(told()).toEqual(['BTC-USD halted', 'BTC-USDC halted']);
    statuses.instrument('BTC-USD', 'halted');
    expect(told()).toEqual([]);
    statuses.instrument('BTC-USD', 'normal');
    expect(told()).toEqual(['BTC-USD normal', 'BTC-USDC normal']);
  });

  it('[MD-8] a name that is worse off than its book stays so, and never the other way round', () => {
    const { statuses, told } = made();
    statuses.instrument('BTC-USDC', 'post-only');
    expect(told()).toEqual(['BTC-USDC post-only']);
    statuses.instrument('BTC-USD', 'halted');
    statuses.instrument('BTC-USD', 'normal');
    expect(told()).toEqual(['BTC-USD halted', 'BTC-USD normal']);
    statuses.instrument('BTC-USDC', 'normal');
    expect(told()).toEqual(['BTC-USDC normal']);
  });

  it('[MD-8] a catalogue that is read again does not lift what the venue says of itself', () => {
    const { statuses, adopt, told } = made();
    statuses.venue('maintenance');
    expect(told()).toEqual(['BTC-USD maintenance', 'BTC-USDC maintenance', 'ETH-USD maintenance']);
    expect(adopt([...CATALOGUE, listing('SOL-USD', 'normal')])).toEqual([
      'BTC-USD maintenance',
      'BTC-USDC maintenance',
      'ETH-USD maintenance',
      'SOL-USD maintenance',
    ]);
    expect(told()).toEqual([]);
    statuses.venue('normal');
    expect(told().length).toBe(4);
  });

  it('[MD-8] the venue as a whole takes away from what an instrument allows, and never adds to it', () => {
    const { statuses, told } = made([listing('BTC-USD', 'halted'), listing('ETH-USD', 'normal')]);
    statuses.venue('post-only');
    expect(told()).toEqual(['ETH-USD post-only']);
  });

  it('[MD-8] the catalogue’s word on an instrument is newer than what its channel said before it was asked for', () => {
    const { clock, statuses, adopt, told } = made();
    statuses.instrument('ETH-USD', 'halted');
    told();
    clock.advanceBy(1_000);
    expect(adopt(CATALOGUE)).toContain('ETH-USD normal');
    expect(adopt([listing('BTC-USD', 'cancel-only'), CATALOGUE[1] as Listing, CATALOGUE[2] as Listing])).toEqual([
      'BTC-USD cancel-only',
      'BTC-USDC cancel-only',
      'ETH-USD normal',
    ]);
  });

  it('[MD-8] what the channel said while a catalogue was on its way outlives its answer', () => {
    const { clock, statuses, adopt } = made();
    clock.advanceBy(5_000);
    statuses.instrument('ETH-USD', 'halted');
    clock.advanceBy(1_000);
    expect(adopt(CATALOGUE, 3_000)).toContain('ETH-USD halted');
    clock.advanceBy(1_000);
    expect(adopt(CATALOGUE)).toContain('ETH-USD normal');
  });
});
