import type { FeedId, Product, Venue } from '#shared/domain/ids';
import type { Decimal } from '#shared/money/decimal';
import { decimal } from '#shared/money/decimal';
import type { MarketSpec } from '../world/market-spec.ts';
import { isStableMarket } from '../world/market-spec.ts';

export interface FeeRates {
  readonly maker: Decimal;
  readonly taker: Decimal;
}

/** How far an order may reach through the reference, fractions of it. */
export interface Band {
  readonly buysBelow: Decimal | null;
  readonly buysAbove: Decimal;
  readonly sellsBelow: Decimal;
  readonly sellsAbove: Decimal | null;
}

/** What an order comes to that may not take, or cannot be filled whole: no order at all, or one that ended at once. */
export type Unwanted = 'refused' | 'cancelled';

/** How one product of a venue treats orders and money. */
export interface FeedTerms {
  /** Where the money of its markets lies. */
  readonly wallet: string;
  readonly fees: (spec: MarketSpec) => FeeRates;
  /** Spot buys pay in the coin they buy, else every fee is paid in the quote. */
  readonly feeInBought: boolean;
  /** Fees are taken in as many digits after the point as the venue tells; exactly where left out. */
  readonly feeDigits?: number;
  readonly band: Band | null;
  readonly crossingPostOnly: Unwanted;
  readonly unfillableFok: Unwanted;
  /** An order whose trigger is met when it arrives. */
  readonly metTrigger: 'refused' | 'triggers';
  readonly mostOpenOrders: number;
}

/** How a venue's perpetuals are margined. */
export interface MarginTerms {
  readonly defaultLeverage: number;
  readonly mostLeverage: number;
  /** Fraction of the value at mark. */
  readonly maintenance: Decimal;
}

const bps = (maker: string, taker: string): FeeRates => ({
  maker: decimal(maker).times('0.0001'),
  taker: decimal(taker).times('0.0001'),
});
const always = (rates: FeeRates) => () => rates;

/** Both sides within a multiple of the reference, as Binance's spot filter has it. */
const around = (below: string, above: string): Band => ({
  buysBelow: decimal(below),
  buysAbove: decimal(above),
  sellsBelow: decimal(below),
  sellsAbove: decimal(above),
});
/** Only the side that takes is bound. */
const through = (fraction: string): Band => ({
  buysBelow: null,
  buysAbove: decimal(fraction),
  sellsBelow: decimal(fraction),
  sellsAbove: null,
});

const USUAL = { crossingPostOnly: 'refused', unfillableFok: 'cancelled', metTrigger: 'refused' } as const;
const KRAKEN_COINS = bps('25', '40');
const KRAKEN_STABLE = bps('20', '20');

/** Entry tiers as published (CO-1); the pages are named where the venue's practice catalogue states the same rates. */
const FEED_TERMS: Readonly<Record<FeedId, FeedTerms>> = {
  'binance:spot': {
    ...USUAL,
    feeDigits: 8,
    wallet: 'spot',
    fees: always(bps('10', '10')),
    feeInBought: true,
    // PERCENT_PRICE_BY_SIDE of the practice catalogue: 0.2 to 5 times the average price.
    band: around('0.8', '4'),
    mostOpenOrders: 200,
  },
  'binance:perp': {
    ...USUAL,
    feeDigits: 8,
    wallet: 'perp',
    fees: always(bps('2', '5')),
    feeInBought: false,
    // PERCENT_PRICE: a buy at most 1.05 times, a sell at least 0.95 times the mark price.
    band: through('0.05'),
    // -5021: "the FOK order has been rejected".
    unfillableFok: 'refused',
    mostOpenOrders: 200,
  },
  'coinbase:spot': {
    ...USUAL,
    wallet: 'spot',
    fees: always(bps('60', '120')),
    feeInBought: false,
    band: null,
    mostOpenOrders: 500,
  },
  'coinbase:perp': {
    ...USUAL,
    wallet: 'perp',
    fees: always(bps('1.5', '3.5')),
    feeInBought: false,
    band: null,
    mostOpenOrders: 500,
  },
  'bybit:spot': {
    ...USUAL,
    wallet: 'unified',
    fees: always(bps('10', '10')),
    feeInBought: true,
    // `priceLimitRatioX`.
    band: through('0.005'),
    crossingPostOnly: 'cancelled',
    mostOpenOrders: 500,
  },
  'bybit:perp': {
    ...USUAL,
    wallet: 'unified',
    fees: always(bps('2', '5.5')),
    feeInBought: false,
    band: through('0.01'),
    crossingPostOnly: 'cancelled',
    mostOpenOrders: 500,
  },
  'okx:spot': {
    ...USUAL,
    wallet: 'unified',
    fees: always(bps('8', '10')),
    feeInBought: true,
    band: null,
    crossingPostOnly: 'cancelled',
    mostOpenOrders: 500,
  },
  'okx:perp': {
    ...USUAL,
    wallet: 'unified',
    fees: always(bps('2', '5')),
    feeInBought: false,
    band: null,
    crossingPostOnly: 'cancelled',
    mostOpenOrders: 500,
  },
  'kraken:spot': {
    ...USUAL,
    wallet: 'spot',
    fees: (spec) => (isStableMarket(spec) ? KRAKEN_STABLE : KRAKEN_COINS),
    feeInBought: false,
    band: null,
    crossingPostOnly: 'cancelled',
    metTrigger: 'triggers',
    mostOpenOrders: 60,
  },
  'kraken:perp': {
    ...USUAL,
    wallet: 'perp',
    fees: always(bps('2', '5')),
    feeInBought: false,
    band: null,
    unfillableFok: 'refused',
    metTrigger: 'triggers',
    mostOpenOrders: 100,
  },
};

const MARGIN_TERMS: Readonly<Record<Venue, MarginTerms>> = {
  binance: { defaultLeverage: 20, mostLeverage: 125, maintenance: decimal('0.005') },
  coinbase: { defaultLeverage: 10, mostLeverage: 50, maintenance: decimal('0.01') },
  bybit: { defaultLeverage: 10, mostLeverage: 100, maintenance: decimal('0.005') },
  okx: { defaultLeverage: 3, mostLeverage: 100, maintenance: decimal('0.005') },
  kraken: { defaultLeverage: 10, mostLeverage: 50, maintenance: decimal('0.01') },
};

export const feedTerms = ({ feed }: Pick<MarketSpec, 'feed'>): FeedTerms => FEED_TERMS[feed];
export const marginTerms = (venue: Venue): MarginTerms => MARGIN_TERMS[venue];

/** The wallets of a venue's accounts: one where they are unified. */
export const walletsOf = (venue: Venue): readonly string[] => {
  const of = (product: Product): string => FEED_TERMS[`${venue}:${product}`].wallet;
  return [...new Set([of('spot'), of('perp')])];
};
