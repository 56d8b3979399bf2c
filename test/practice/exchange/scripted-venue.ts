import { Exchange } from '#main/practice/exchange/exchange';
import type { ExchangeAccount, PlaceRequest } from '#main/practice/exchange/types';
import { ASK, BID, type Level, WorldBook } from '#main/practice/world/book';
import type { MarketSpec } from '#main/practice/world/market-spec';
import type { MarketListener, MarketView, PerpView, Settlement, WorldTrade } from '#main/practice/world/world';
import { feedId, type Venue } from '#shared/domain/ids';
import type { TradingStatus } from '#shared/domain/listing';
import { SeededRandom } from '#shared/kernel/random';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { decimal } from '#shared/money/decimal';
import { START_MS } from '../client.ts';
import type { Asked } from './desk.ts';

const HOUR_MS = 3_600_000;

/** A bitcoin market with ticks of 0.1 and lots of 0.00001 whose every move is the test's. */
export class ScriptedVenue {
  readonly clock = new VirtualClock(START_MS);
  readonly book = new WorldBook();
  readonly trades: WorldTrade[] = [];
  readonly market: MarketView;
  readonly perp: { -readonly [Key in keyof PerpView]: PerpView[Key] } | null;
  readonly exchange: Exchange;
  status: TradingStatus = 'normal';
  readonly #listeners: MarketListener[] = [];

  constructor(venue: Venue, product: 'spot' | 'perp' = 'spot', differs: Partial<MarketSpec> = {}) {
    const feed = feedId(venue, product);
    const spec: MarketSpec = {
      feed,
      venue,
      product,
      instrument: product === 'spot' ? 'BTC-USD' : 'BTC-USD-PERP',
      base: 'BTC',
      quote: 'USD',
      settle: 'USD',
      priceDecimals: 1,
      sizeDecimals: 5,
      minQuantity: '0.00001',
      minNotional: '5',
      contractSize: '1',
      fundingIntervalMs: product === 'spot' ? 0 : HOUR_MS,
      aliasQuote: null,
      ...differs,
    };
    this.perp = product === 'spot' ? null : perpView(venue);
    const { book, trades, perp } = this;
    const status = (): TradingStatus => this.status;
    this.market = {
      spec,
      book,
      recentTrades: trades,
      perp,
      candles: { barMs: 60_000, range: () => [] },
      get status() {
        return status();
      },
    };
    this.exchange = new Exchange({
      venue,
      markets: (one) => (one === feed ? [this.market] : []),
      listen: (one, listener) => {
        if (one === feed) this.#listeners.push(listener);
      },
      clock: this.clock,
      random: new SeededRandom(3),
    });
  }

  get account(): ExchangeAccount {
    return this.exchange.account('trading');
  }

  /** Makes the book these levels, price in ticks, size in lots; the venue hears of it. */
  show(bids: readonly Level[], asks: readonly Level[]): void {
    for (const [side, levels] of [
      [BID, bids],
      [ASK, asks],
    ] as const) {
      for (const { price } of [...this.book.levels(side)]) this.book.set(side, price, 0);
      for (const { price, size } of levels) this.book.set(side, price, size);
    }
    const changes = this.book.takeChanges();
    for (const listener of this.#listeners) if (changes.length > 0) listener.bookChanged(this.market, changes);
  }

  /** Somebody else's trade; the book stays as it is. */
  trade(price: number, size: number, taker: 'buy' | 'sell'): void {
    const trade = { id: this.trades.length + 1, price, size, taker, atMs: this.clock.wallMs() };
    this.trades.push(trade);
    for (const listener of this.#listeners) listener.traded(this.market, [trade]);
  }

  /** Mark and index become this. */
  mark(price: number): void {
    if (this.perp === null) throw new TypeError('spot has no mark');
    this.perp.markPrice = price;
    this.perp.indexPrice = price;
    for (const listener of this.#listeners) listener.referenceChanged?.(this.market);
  }

  settle(rate: number): void {
    const settlement: Settlement = { atMs: this.clock.wallMs(), rate, intervalMs: HOUR_MS };
    for (const listener of this.#listeners) listener.settled?.(this.market, settlement);
  }

  setStatus(status: TradingStatus): void {
    this.status = status;
    for (const listener of this.#listeners) listener.statusChanged(this.market);
  }

  request(asked: Asked): PlaceRequest {
    const of = (text: string | undefined) => (text === undefined ? null : decimal(text));
    const { side, type = 'limit', timeInForce = 'gtc', trigger, more } = asked;
    return {
      market: this.market,
      side,
      type,
      timeInForce,
      quantity: of(asked.quantity),
      quoteAmount: of(asked.quoteAmount),
      price: of(asked.price),
      clientOrderId: null,
      reduceOnly: false,
      trigger: trigger === undefined ? null : { ...trigger, price: decimal(trigger.price) },
      ocoGroup: null,
      createBeforeMs: null,
      expiresAtMs: null,
      selfTrade: 'cancel-taker',
      ...more,
    };
  }
}

function perpView(venue: Venue): PerpView {
  return {
    markPrice: 50_000,
    indexPrice: 50_000,
    fundingRate: 0.0001,
    predictedRate: 0.0001,
    intervalMs: HOUR_MS,
    nextSettlementMs: START_MS + HOUR_MS,
    accrual: venue === 'kraken' || venue === 'coinbase' ? 'continuous' : 'snapshot',
    settlements: [],
    openInterestLots: 1,
    rateCap: 0.01,
  };
}
