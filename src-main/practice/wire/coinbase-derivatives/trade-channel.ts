import type { ServerSocket } from '#shared/kernel/transport';
import type { MarketView, WorldTrade } from '../../world/world.ts';
import type { FeedGate } from '../gate.ts';
import { amountOf, nameOf, priceOf } from './instruments.ts';
import { streamed } from './tickers.ts';

/** `trades.{instrument}.{interval}`: those of the interval, oldest first. */
export class TradeChannel {
  readonly #gate: FeedGate;
  readonly #interval: string;
  readonly #listeners: (channel: string) => Iterable<{ readonly socket: ServerSocket }> | undefined;
  readonly #pending = new Map<MarketView, WorldTrade[]>();
  /** The price of the last trade told of and the direction it came from. */
  readonly #ticks = new Map<MarketView, { price: number; up: boolean }>();

  constructor(
    gate: FeedGate,
    interval: string,
    listeners: (channel: string) => Iterable<{ readonly socket: ServerSocket }> | undefined,
  ) {
    this.#gate = gate;
    this.#interval = interval;
    this.#listeners = listeners;
  }

  traded(market: MarketView, trades: readonly WorldTrade[]): void {
    const pending = this.#pending.get(market);
    if (pending === undefined) this.#pending.set(market, [...trades]);
    else pending.push(...trades);
  }

  flush(): void {
    for (const [market, trades] of this.#pending) {
      const channel = `trades.${nameOf(market.spec)}.${this.#interval}`;
      const sessions = this.#listeners(channel);
      const rows = trades.map((trade) => streamed(tradeRow(market, trade, this.#tick(market, trade.price))));
      if (sessions === undefined) continue;
      const frame = `{"jsonrpc":"2.0","method":"subscription","params":{"channel":"${channel}","data":[${rows.join(',')}]}}`;
      for (const { socket } of sessions) this.#gate.send(socket, frame, 'data');
    }
    this.#pending.clear();
  }

  /** 0: above the last price, 1: at it and that rose, 2: below, 3: at it and that fell. */
  #tick(market: MarketView, price: number): number {
    const last = this.#ticks.get(market) ?? { price, up: true };
    const same = price === last.price;
    const up = same ? last.up : price > last.price;
    this.#ticks.set(market, { price, up });
    return (up ? 0 : 2) + (same ? 1 : 0);
  }
}

/** One trade as REST tells it; `trade_seq` counts those of the instrument. */
export function tradeRow(
  market: MarketView,
  trade: WorldTrade,
  tickDirection: number,
): Readonly<Record<string, unknown>> {
  const { spec, perp } = market;
  const amount = amountOf(spec, trade.size);
  return {
    timestamp: Math.floor(trade.atMs),
    price: priceOf(spec, trade.price),
    direction: trade.taker,
    index_price: Number((perp?.indexPrice ?? 0).toFixed(spec.priceDecimals + 1)),
    instrument_name: nameOf(spec),
    trade_seq: trade.id,
    amount,
    mark_price: Number((perp?.markPrice ?? 0).toFixed(spec.priceDecimals + 1)),
    tick_direction: tickDirection,
    trade_id: `USDC-${trade.id}`,
    contracts: trade.size,
  };
}
