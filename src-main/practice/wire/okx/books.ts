import type { BookChange } from '../../world/book.ts';
import { BID } from '../../world/book.ts';
import type { MarketSpec } from '../../world/market-spec.ts';
import type { MarketView } from '../../world/world.ts';
import type { FeedGate } from '../gate.ts';
import { wholeMs } from '../instants.ts';
import { instIdOf, priceText, Sizes } from './sizes.ts';

const RESTART_SEQ_ID = 1_000;

type Level = { readonly price: number; readonly size: number };

/** `[price, size, "0", orders]`: the third is a relic the venue still sends, the last the number of orders. */
export function levelRow(spec: MarketSpec, sizes: Sizes, level: Level): [string, string, string, string] {
  const orders = level.size === 0 ? 0 : 1 + (level.price % 5);
  return [priceText(spec, level.price), sizes.text(level.size), '0', String(orders)];
}

/** One market as the stream tells it: its number in the venue's sequence, and its frames. */
export class Book {
  readonly market: MarketView;
  readonly gate: FeedGate;
  readonly instId: string;
  readonly sizes: Sizes;
  seqId: number;
  /** When it was pushed last. */
  pushedMonoMs: number;
  /** The number before it, as last pushed. */
  #previousSeqId: number;
  /** The venue restarted since the last update. */
  #renumbered = false;

  constructor(market: MarketView, gate: FeedGate, seqId: number, monoMs: number) {
    this.market = market;
    this.gate = gate;
    this.instId = instIdOf(market.spec);
    this.sizes = new Sizes(market.spec);
    this.seqId = seqId;
    this.#previousSeqId = seqId;
    this.pushedMonoMs = monoMs;
  }

  restart(): void {
    this.#renumbered = true;
  }

  /** The next number: after a restart one that is smaller than the one before says that numbering began anew. */
  advance(changes: number): void {
    this.#previousSeqId = this.seqId;
    this.seqId = this.#renumbered ? RESTART_SEQ_ID : this.seqId + changes;
    this.#renumbered = false;
  }

  rows(levels: readonly Level[]): string {
    const { spec } = this.market;
    return JSON.stringify(levels.map((level) => levelRow(spec, this.sizes, level)));
  }

  snapshotFrame(wallMs: number): string {
    const { asks, bids } = this.market.book;
    return this.#frame('snapshot', this.rows(asks), this.rows(bids), wallMs, 0, -1);
  }

  updateFrame(changes: readonly BookChange[], wallMs: number, checksum: number): string {
    const asks = this.rows(changes.filter(({ side }) => side !== BID));
    const bids = this.rows(changes.filter(({ side }) => side === BID));
    return this.#frame('update', asks, bids, wallMs, checksum, this.#previousSeqId);
  }

  /** An unchanged book, told again. */
  repeatFrame(wallMs: number): string {
    return this.#frame('update', '[]', '[]', wallMs, 0, this.seqId);
  }

  touchFrame(wallMs: number): string {
    const { asks, bids } = this.market.book;
    return `{"arg":{"channel":"bbo-tbt","instId":"${this.instId}"},"data":[{"asks":${this.rows(asks.slice(0, 1))},"bids":${this.rows(bids.slice(0, 1))},"ts":"${wholeMs(wallMs)}","seqId":${this.seqId}}]}`;
  }

  #frame(
    action: 'snapshot' | 'update',
    asks: string,
    bids: string,
    wallMs: number,
    checksum: number,
    prevSeqId: number,
  ): string {
    return `{"arg":{"channel":"books","instId":"${this.instId}"},"action":"${action}","data":[{"asks":${asks},"bids":${bids},"ts":"${wholeMs(wallMs)}","checksum":${checksum},"seqId":${this.seqId},"prevSeqId":${prevSeqId}}]}`;
  }
}
