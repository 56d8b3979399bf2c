import type { TradingStatus } from '#shared/domain/listing';
import type { MarketSpec } from '../../world/market-spec.ts';
import type { MarketView, WorldTrade } from '../../world/world.ts';
import { step, trimmed } from '../digits.ts';

export const productOf = (spec: MarketSpec): string => `${spec.base}-${spec.quote}`;
/** The second name of a book, or `null`. */
export const aliasOf = (spec: MarketSpec): string | null =>
  spec.aliasQuote === null ? null : `${spec.base}-${spec.aliasQuote}`;

export const priceText = (spec: MarketSpec, ticks: number): string => trimmed(ticks, spec.priceDecimals);
export const sizeText = (spec: MarketSpec, lots: number): string => trimmed(lots, spec.sizeDecimals);

const NAMES: Readonly<Record<string, string>> = {
  BTC: 'Bitcoin',
  ETH: 'Ethereum',
  SOL: 'Solana',
  USDT: 'Tether',
  USDC: 'USDC',
  USD: 'US Dollar',
};

/** The market behind a product id, its own or its alias. */
export function marketOf(markets: readonly MarketView[], product: string): MarketView | undefined {
  return markets.find(({ spec }) => productOf(spec) === product || aliasOf(spec) === product);
}

const OFFLINE: readonly TradingStatus[] = ['halted', 'maintenance'];

export const statusText = (status: TradingStatus): string => {
  if (status === 'delisted') return 'delisted';
  return OFFLINE.includes(status) ? 'offline' : 'online';
};

/** One product of the catalogue as `GET /market/products` shows it, under its own name or its alias. */
export function productInfo(market: MarketView, product: string): object {
  const { spec, status, book } = market;
  const alias = aliasOf(spec);
  const isAlias = product === alias;
  const quote = isAlias && spec.aliasQuote !== null ? spec.aliasQuote : spec.quote;
  const last = market.recentTrades[market.recentTrades.length - 1]?.price ?? book.bids[0]?.price ?? 0;
  const nowhere = status === 'delisted' || OFFLINE.includes(status);
  const day = market.candles.range(0, Number.MAX_SAFE_INTEGER).slice(-Math.ceil(86_400_000 / market.candles.barMs));
  const volume = day.reduce((sum, bar) => sum + bar.volume, 0);
  return {
    product_id: product,
    price: priceText(spec, last),
    price_percentage_change_24h: '0',
    volume_24h: sizeText(spec, volume),
    volume_percentage_change_24h: '0',
    base_increment: step(spec.sizeDecimals),
    quote_increment: step(spec.priceDecimals),
    quote_min_size: spec.minNotional,
    quote_max_size: '150000000',
    base_min_size: spec.minQuantity,
    base_max_size: '3400',
    base_name: NAMES[spec.base] ?? spec.base,
    quote_name: NAMES[quote] ?? quote,
    watched: false,
    is_disabled: nowhere,
    new: false,
    status: statusText(status),
    cancel_only: status === 'cancel-only',
    limit_only: status === 'limit-only',
    post_only: status === 'post-only',
    trading_disabled: nowhere,
    auction_mode: status === 'auction',
    product_type: 'SPOT',
    quote_currency_id: quote,
    base_currency_id: spec.base,
    fcm_trading_session_details: null,
    mid_market_price: '',
    alias: isAlias ? productOf(spec) : '',
    alias_to: isAlias || alias === null ? [] : [alias],
    base_display_symbol: spec.base,
    quote_display_symbol: spec.quote,
    view_only: status === 'unknown',
    price_increment: step(spec.priceDecimals),
    display_name: product,
    product_venue: 'CBE',
    approximate_quote_24h_volume: String(
      Math.round((volume / 10 ** spec.sizeDecimals) * (last / 10 ** spec.priceDecimals)),
    ),
    new_at: '2023-01-01T00:00:00Z',
    market_cap: '',
    base_cbrn: '',
    quote_cbrn: '',
    product_cbrn: '',
    icon_color: '',
    icon_url: '',
    display_name_overwrite: '',
    is_alpha_testing: false,
    about_description: '',
    best_bid_price: '',
    best_ask_price: '',
  };
}

/** Coinbase names a trade by the side of the resting order: a taker's buy is a `SELL`. */
export const sideOf = (trade: WorldTrade): 'BUY' | 'SELL' => (trade.taker === 'buy' ? 'SELL' : 'BUY');
