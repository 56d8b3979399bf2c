import { describe, expect, it } from 'vitest';
import { DEFAULT_BASES, listedScope, type PairScope, protocolOf } from '#main/venues/feeds';
import { readMarkets, unifiedMarkets } from '#main/venues/kit/catalogue';
import { feedId, type Venue } from '#shared/domain/ids';

const RAW: Readonly<Record<Venue, (base: string, quote: string) => object>> = {
  binance: (base, quote) => ({ symbol: `${base}${quote}`, status: 'TRADING', isSpotTradingAllowed: true, filters: [] }),
  bybit: (base, quote) => ({ symbol: `${base}${quote}`, status: 'Trading' }),
  okx: (base, quote) => ({ instId: `${base}-${quote}`, state: 'live' }),
  kraken: () => ({ status: 'online', pair_decimals: 1, lot_decimals: 8, fees: [[0, 0.4]], fees_maker: [[0, 0.25]] }),
  coinbase: (base, quote) => ({ product_id: `${base}-${quote}`, status: 'online', alias: '' }),
};

const market = (venue: Venue, base: string, quote: string, info: object = {}) => ({
  id: `${base}${quote}`,
  base,
  quote,
  spot: true,
  precision: { price: 0.01, amount: 1e-8 },
  limits: { amount: { min: 0.00001 }, cost: { min: 5 } },
  info: { ...RAW[venue](base, quote), ...info },
});

const DEFAULT_SCOPE = listedScope(DEFAULT_BASES);

function attempt(venue: Venue, markets: readonly unknown[], scope: PairScope = DEFAULT_SCOPE) {
  const feed = feedId(venue, 'spot');
  return readMarkets(protocolOf(feed), unifiedMarkets(feed, markets), scope);
}

function read(venue: Venue, markets: readonly unknown[], scope: PairScope = DEFAULT_SCOPE) {
  const result = attempt(venue, markets, scope);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

const statusOf = (venue: Venue, info: object) =>
  read(venue, [market(venue, 'BTC', 'USDT', info)]).entries[0]?.listing.status;

describe('[ID-2] catalogue', () => {
  it('keeps the scope and every stablecoin book, in a fixed order', () => {
    const pairs = [
      ['SOL', 'USDT'],
      ['XRP', 'USDT'],
      ['BTC', 'EUR'],
      ['USDC', 'USDT'],
      ['BTC', 'USDT'],
      ['ETH', 'BTC'],
    ] as const;
    const { entries } = read(
      'okx',
      pairs.map(([base, quote]) => market('okx', base, quote)),
      listedScope(['BTC']),
    );
    expect(entries.map(({ listing }) => listing.instrument)).toEqual(['BTC-USDT', 'USDC-USDT']);
  });

  it('[ID-6] two markets under one canonical name are not one book: the plainest symbol keeps it, the other is named', () => {
    const both = ['SHIB1000', '1000SHIB'].map((base) => market('bybit', base, 'USDT'));
    const { entries, unreadable } = read('bybit', both, listedScope(['1000SHIB']));
    expect(entries.map(({ listing, bookSymbol }) => [listing.instrument, bookSymbol])).toEqual([
      ['1000SHIB-USDT', '1000SHIBUSDT'],
    ]);
    expect(unreadable).toEqual(['SHIB1000USDT: 1000SHIB-USDT is 1000SHIBUSDT already']);
  });

  it('writes steps and minimums as plain decimals', () => {
    const listing = read('binance', [market('binance', 'BTC', 'USDT')]).entries[0]?.listing;
    expect(listing).toMatchObject({
      priceTick: '0.01',
      lotStep: '0.00000001',
      minQuantity: '0.00001',
      minNotional: '5',
    });
  });

  it('leaves out what money depends on but the record lacks, and names it', () => {
    const broken = { ...market('binance', 'ETH', 'USDT'), precision: { price: undefined, amount: 0.01 } };
    const odd = market('binance', 'SOL', 'USDT', { status: 7 });
    const { entries, unreadable } = read('binance', [market('binance', 'BTC', 'USDT'), broken, odd]);
    expect(entries.map(({ listing }) => listing.instrument)).toEqual(['BTC-USDT']);
    expect(unreadable.map((line) => line.split(':')[0])).toEqual(['ETHUSDT', 'SOLUSDT']);
    expect(unreadable[0]).toContain('no price step');
  });

  it('is an error when nothing in scope is listed', () => {
    expect(attempt('okx', [market('okx', 'BTC', 'EUR'), 7, null]).ok).toBe(false);
  });

  it('[ID-3] one book under two names is owned by the one the other repeats', () => {
    const both = [market('coinbase', 'BTC', 'USDC', { alias: 'BTC-USD' }), market('coinbase', 'BTC', 'USD')];
    const { entries } = read('coinbase', both);
    expect(entries.map(({ listing, bookSymbol }) => [listing.symbol, listing.bookId, bookSymbol])).toEqual([
      ['BTC-USD', 'coinbase:spot|BTC-USD', 'BTC-USD'],
      ['BTC-USDC', 'coinbase:spot|BTC-USD', 'BTC-USD'],
    ]);
  });

  it('[ID-3] when the owner is out of scope the alias reads the book under the owner’s symbol', () => {
    const both = [market('coinbase', 'BTC', 'USDC', { alias: 'BTC-USD' }), market('coinbase', 'BTC', 'USD')];
    const usdcOnly: PairScope = { ...DEFAULT_SCOPE, includes: (base, quote) => base === 'BTC' && quote === 'USDC' };
    const { entries } = read('coinbase', both, usdcOnly);
    expect(entries.map(({ listing, bookSymbol }) => [listing.id, listing.bookId, bookSymbol])).toEqual([
      ['coinbase:spot|BTC-USDC', 'coinbase:spot|BTC-USDC', 'BTC-USD'],
    ]);
  });

  it('[MD-8] reads each venue’s words for a trading status, and guesses none', () => {
    expect(
      ['TRADING', 'BREAK', 'HALT', 'AUCTION_MATCH', 'NEWLY_INVENTED'].map((status) => statusOf('binance', { status })),
    ).toEqual(['normal', 'halted', 'halted', 'auction', 'unknown']);
    expect(statusOf('binance', { isSpotTradingAllowed: false })).toBe('halted');
    expect(['Trading', 'PreLaunch', 'Closed', '?'].map((status) => statusOf('bybit', { status }))).toEqual([
      'normal',
      'halted',
      'delisted',
      'unknown',
    ]);
    expect(['live', 'suspend', 'preopen', 'test', '?'].map((state) => statusOf('okx', { state }))).toEqual([
      'normal',
      'halted',
      'halted',
      'halted',
      'unknown',
    ]);
    expect(
      ['online', 'cancel_only', 'post_only', 'limit_only', 'reduce_only', 'maintenance'].map((status) =>
        statusOf('kraken', { status }),
      ),
    ).toEqual(['normal', 'cancel-only', 'post-only', 'limit-only', 'unknown', 'maintenance']);
    expect(
      ['cancel_only', 'post_only', 'limit_only', 'auction_mode', 'trading_disabled', 'is_disabled', 'view_only'].map(
        (flag) => statusOf('coinbase', { [flag]: true }),
      ),
    ).toEqual(['cancel-only', 'post-only', 'limit-only', 'auction', 'halted', 'halted', 'halted']);
    expect(['offline', 'delisted', ''].map((status) => statusOf('coinbase', { status }))).toEqual([
      'halted',
      'delisted',
      'unknown',
    ]);
  });

  it('[CO-1] has published entry-tier fees, and the currency they are taken in', () => {
    const terms = (['binance', 'coinbase', 'bybit', 'okx', 'kraken'] as const).map((venue) => {
      const listing = read(venue, [market(venue, 'BTC', 'USDT')]).entries[0]?.listing;
      return [venue, listing?.makerFeeBps, listing?.takerFeeBps, listing?.feeCurrency, listing?.feeSource].join(' ');
    });
    expect(terms).toEqual([
      'binance 10 10 received published',
      'coinbase 60 120 quote published',
      'bybit 10 10 received published',
      'okx 8 10 received published',
      'kraken 25 40 quote published',
    ]);
  });

  it('reads price bands where the venue states them', () => {
    const band = (venue: Venue, info: object) =>
      read(venue, [market(venue, 'BTC', 'USDT', info)]).entries[0]?.listing.priceBand;
    const filters = [
      {
        filterType: 'PERCENT_PRICE_BY_SIDE',
        bidMultiplierUp: '1.2',
        bidMultiplierDown: '0.2',
        askMultiplierUp: '5',
        askMultiplierDown: '0.8',
      },
    ];
    expect(band('binance', { filters })).toEqual({ above: '0.2', below: '0.2' });
    expect(
      band('binance', { filters: [{ filterType: 'PERCENT_PRICE', multiplierUp: '5', multiplierDown: '0.2' }] }),
    ).toEqual({ above: '4', below: '0.8' });
    expect(band('bybit', { riskParameters: { priceLimitRatioX: '0.05', priceLimitRatioY: '0.1' } })).toEqual({
      above: '0.05',
      below: '0.05',
    });
    expect([band('bybit', {}), band('okx', {}), band('binance', {})]).toEqual([null, null, null]);
  });

  it('names a busy instrument to listen to when the scope has none', () => {
    const { canarySymbol, entries } = read(
      'okx',
      [market('okx', 'SOL', 'USDT'), market('okx', 'BTC', 'USDT')],
      listedScope(['SOL']),
    );
    expect([canarySymbol, entries.length]).toEqual(['BTC-USDT', 1]);
  });
});
