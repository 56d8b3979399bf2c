import { describe, expect, it } from 'vitest';
import { Statuses } from '#main/venues/kit/statuses';
import { listingId } from '#shared/domain/ids';
import type { Listing, TradingStatus } from '#shared/domain/listing';
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
  const sink = new RecordingSink();
  const statuses = new Statuses(sink);
  statuses.adopt(catalogue);
  /** What was told since the last look, short. */
  const told = () =>
    sink.statuses.splice(0).map(({ listing: id, status }) => `${id.replace('coinbase:spot|', '')} ${status}`);
  return { statuses, told };
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
    expect(told()).toEqual(['BTC-USD halted', 'BTC-USDC post-only', 'BTC-USD normal', 'BTC-USDC post-only']);
  });

  it('[MD-8] a catalogue that is read again does not lift what the venue says of itself', () => {
    const { statuses, told } = made();
    statuses.venue('maintenance');
    expect(told()).toEqual(['BTC-USD maintenance', 'BTC-USDC maintenance', 'ETH-USD maintenance']);
    statuses.adopt([...CATALOGUE, listing('SOL-USD', 'normal')]);
    expect(told().sort()).toEqual([
      'BTC-USD maintenance',
      'BTC-USDC maintenance',
      'ETH-USD maintenance',
      'SOL-USD maintenance',
    ]);
    statuses.venue('normal');
    expect(told().length).toBe(4);
  });

  it('[MD-8] the catalogue’s word on an instrument is newer than its channel’s', () => {
    const { statuses, told } = made();
    statuses.instrument('ETH-USD', 'halted');
    told();
    statuses.adopt(CATALOGUE);
    expect(told()).toEqual(['ETH-USD normal']);
    statuses.adopt([listing('BTC-USD', 'cancel-only'), CATALOGUE[1] as Listing, CATALOGUE[2] as Listing]);
    expect(told()).toEqual(['BTC-USD cancel-only', 'BTC-USDC cancel-only']);
  });
});
