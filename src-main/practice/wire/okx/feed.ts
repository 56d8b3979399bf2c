import type { Random } from '#shared/kernel/random';
import type { Cancel, Clock } from '#shared/kernel/time';
import { every } from '#shared/kernel/time';
import type { ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import type { BookChange } from '../../world/book.ts';
import { BID } from '../../world/book.ts';
import type { MarketListener, MarketView, WorldTrade } from '../../world/world.ts';
import type { FeedGate, FrameKind } from '../gate.ts';
import { wholeMs } from '../instants.ts';
import type { Message } from '../message.ts';
import { isRecord, readMessage, stringAt } from '../message.ts';
import { instIdOf, instrumentInfo, levelRow, priceText, sizeText } from './instruments.ts';

/** A connection on which nothing was pushed and nothing heard for this long is closed. */
const IDLE_LIMIT_MS = 30_000;
/** An unchanged book is pushed again, without levels, after this. */
const REPEAT_MS = 60_000;
const RESTART_SEQ_ID = 1_000;

interface Session {
  readonly socket: ServerSocket;
  readonly connectionId: string;
  /** `channel|instrument`. */
  readonly topics: Set<string>;
  activeMonoMs: number;
}

interface Book {
  readonly market: MarketView;
  readonly instId: string;
  seqId: number;
  /** The number before it, as last pushed. */
  previousSeqId: number;
  pushedMonoMs: number;
  /** The venue restarted since the last update. */
  renumbered: boolean;
}

type Arg = { readonly channel: string; readonly instId?: string; readonly instType?: string };

/** OKX's v5 public socket (https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-order-book-channel), spot. */
export class OkxFeed implements MarketListener {
  readonly #clock: Clock;
  readonly #gate: FeedGate;
  readonly #random: Random;
  readonly #books = new Map<MarketView, Book>();
  readonly #sessions = new Set<Session>();
  #stopTicking: Cancel = () => {};

  constructor(markets: readonly MarketView[], clock: Clock, gate: FeedGate, random: Random) {
    this.#clock = clock;
    this.#gate = gate;
    this.#random = random.fork('connections');
    const ids = random.fork('sequences');
    for (const market of markets) {
      const seqId = 10_000_000_000 + Math.floor(ids.next() * 1e9);
      this.#books.set(market, {
        market,
        instId: instIdOf(market.spec),
        seqId,
        previousSeqId: seqId,
        pushedMonoMs: clock.monoMs(),
        renumbered: false,
      });
    }
  }

  start(): void {
    this.#stopTicking = every(this.#clock, 1_000, () => this.#tick());
  }

  stop(): void {
    this.#stopTicking();
  }

  /** The venue restarts: sequence numbers begin anew, connections stay. */
  restart(): void {
    for (const book of this.#books.values()) book.renumbered = true;
  }

  seqId(market: MarketView): number {
    return this.#books.get(market)?.seqId ?? 0;
  }

  connect(path: string, socket: ServerSocket): ServerSocketEvents | null {
    if (path !== '/ws/v5/public') return null;
    const session: Session = {
      socket,
      connectionId: Math.floor(this.#random.next() * 0xffffffff)
        .toString(16)
        .padStart(8, '0'),
      topics: new Set(),
      activeMonoMs: this.#clock.monoMs(),
    };
    this.#sessions.add(session);
    return {
      message: (text) => {
        session.activeMonoMs = this.#clock.monoMs();
        if (text === 'ping') this.#send(session, 'pong', 'heartbeat');
        else this.#message(session, text);
      },
      ping: () => {},
      pong: () => {},
      closed: () => {
        this.#sessions.delete(session);
      },
    };
  }

  bookChanged(market: MarketView, changes: readonly BookChange[]): void {
    const book = this.#books.get(market);
    if (book === undefined) return;
    const touch = this.#wanted(`bbo-tbt|${book.instId}`);
    book.previousSeqId = book.seqId;
    // After a restart one update says by a number smaller than the one before that numbering began anew.
    book.seqId = book.renumbered ? RESTART_SEQ_ID : book.seqId + changes.length;
    book.renumbered = false;
    book.pushedMonoMs = this.#clock.monoMs();
    if (touch) this.#broadcast('bbo-tbt', book.instId, this.#touchFrame(book));
    const key = `books|${book.instId}`;
    if (!this.#wanted(key)) return;
    const { spec } = market;
    const told = this.#gate.told(market, changes);
    const rows = (bids: boolean): unknown[] =>
      told.filter((change) => (change.side === BID) === bids).map((change) => levelRow(spec, change));
    const frame = this.#bookFrame(book, 'update', rows(false), rows(true), book.previousSeqId);
    const fate = this.#gate.fateOf(key);
    const now = this.#clock.monoMs();
    for (const session of this.#sessions) {
      if (!session.topics.has(key)) continue;
      session.activeMonoMs = now;
      this.#gate.sendDelta(session.socket, frame, fate);
    }
  }

  traded(market: MarketView, trades: readonly WorldTrade[]): void {
    const book = this.#books.get(market);
    if (book === undefined || !this.#wanted(`trades|${book.instId}`)) return;
    const { spec } = market;
    for (const trade of trades) {
      this.#broadcast(
        'trades',
        book.instId,
        `{"arg":{"channel":"trades","instId":"${book.instId}"},"data":[{"instId":"${book.instId}","tradeId":"${trade.id}","px":"${priceText(spec, trade.price)}","sz":"${sizeText(spec, trade.size)}","side":"${trade.taker}","ts":"${wholeMs(trade.atMs)}","count":"1","source":"0","seqId":${book.seqId}}]}`,
      );
    }
  }

  statusChanged(market: MarketView): void {
    const frame = JSON.stringify({
      arg: { channel: 'instruments', instType: 'SPOT' },
      data: [instrumentInfo(market)],
    });
    this.#broadcast('instruments', 'SPOT', frame);
  }

  #message(session: Session, text: string): void {
    const request = readMessage(text);
    const op = request === null ? undefined : stringAt(request, 'op');
    const args = request === null ? null : readArgs(request);
    if (request === null || args === null || (op !== 'subscribe' && op !== 'unsubscribe')) {
      this.#error(session, '60012', `Invalid request: ${text.slice(0, 200)}`, request);
      return;
    }
    for (const arg of args) this.#subscription(session, op, arg, request);
  }

  #subscription(session: Session, op: 'subscribe' | 'unsubscribe', arg: Arg, request: Message): void {
    if (op === 'subscribe' && this.#gate.refusesSubscriptions) {
      this.#error(session, '60014', 'Requests too frequent', request);
      return;
    }
    const key = this.#keyOf(arg);
    if (key === null) {
      const detail = Object.entries(arg)
        .map(([name, value]) => (name === 'channel' ? `channel:${value}` : `${name}:${value}`))
        .join(',');
      this.#error(
        session,
        '60018',
        `Wrong URL or ${detail} doesn't exist. Please use the correct URL, channel and parameters referring to API document.`,
        request,
      );
      return;
    }
    const id = stringAt(request, 'id');
    const reply = { ...(id === undefined ? {} : { id }), event: op, arg, connId: session.connectionId };
    this.#send(session, JSON.stringify(reply), 'control');
    if (op === 'unsubscribe') {
      session.topics.delete(key);
      return;
    }
    session.topics.add(key);
    this.#snapshot(session, arg);
  }

  /** `null` for a channel or an instrument that does not exist here. */
  #keyOf(arg: Arg): string | null {
    if (arg.channel === 'instruments') return arg.instType === 'SPOT' ? 'instruments|SPOT' : null;
    if (arg.channel === 'status') return 'status|';
    if (!['books', 'bbo-tbt', 'trades'].includes(arg.channel)) return null;
    return this.#bookOf(arg) === undefined ? null : `${arg.channel}|${arg.instId}`;
  }

  #bookOf(arg: Arg): Book | undefined {
    return [...this.#books.values()].find(
      ({ instId, market }) => instId === arg.instId && market.status !== 'delisted',
    );
  }

  #snapshot(session: Session, arg: Arg): void {
    if (arg.channel === 'instruments') {
      const data = [...this.#books.keys()].filter((market) => market.status !== 'delisted').map(instrumentInfo);
      this.#send(session, JSON.stringify({ arg: { channel: 'instruments', instType: 'SPOT' }, data }), 'data');
      return;
    }
    const book = this.#bookOf(arg);
    if (book === undefined) return;
    const { spec, book: levels } = book.market;
    if (arg.channel === 'bbo-tbt') this.#send(session, this.#touchFrame(book), 'book');
    if (arg.channel !== 'books') return;
    const rows = (side: readonly { price: number; size: number }[]): unknown[] =>
      side.map((level) => levelRow(spec, level));
    this.#send(session, this.#bookFrame(book, 'snapshot', rows(levels.asks), rows(levels.bids), -1), 'book');
  }

  /** The checksum has been sent as 0 since 2026-06; the sequence numbers do its work. */
  #bookFrame(
    book: Book,
    action: 'snapshot' | 'update',
    asks: readonly unknown[],
    bids: readonly unknown[],
    prevSeqId: number,
  ): string {
    return `{"arg":{"channel":"books","instId":"${book.instId}"},"action":"${action}","data":[{"asks":${JSON.stringify(asks)},"bids":${JSON.stringify(bids)},"ts":"${wholeMs(this.#clock.wallMs())}","checksum":0,"prevSeqId":${prevSeqId},"seqId":${book.seqId}}]}`;
  }

  #touchFrame(book: Book): string {
    const { spec, book: levels } = book.market;
    const rows = (side: readonly { price: number; size: number }[]): unknown[] =>
      side.slice(0, 1).map((level) => levelRow(spec, level));
    return `{"arg":{"channel":"bbo-tbt","instId":"${book.instId}"},"data":[{"asks":${JSON.stringify(rows(levels.asks))},"bids":${JSON.stringify(rows(levels.bids))},"ts":"${wholeMs(this.#clock.wallMs())}","seqId":${book.seqId}}]}`;
  }

  #tick(): void {
    const now = this.#clock.monoMs();
    for (const book of this.#books.values()) {
      if (now - book.pushedMonoMs < REPEAT_MS) continue;
      book.pushedMonoMs = now;
      this.#broadcast('books', book.instId, this.#bookFrame(book, 'update', [], [], book.seqId));
    }
    for (const session of [...this.#sessions]) {
      if (now - session.activeMonoMs > IDLE_LIMIT_MS) {
        session.socket.close(4004, 'Session timeout. No data received in 30s.');
      }
    }
  }

  #wanted(key: string): boolean {
    for (const session of this.#sessions) if (session.topics.has(key)) return true;
    return false;
  }

  #broadcast(channel: string, instrument: string, frame: string): void {
    const key = `${channel}|${instrument}`;
    const kind = channel === 'books' || channel === 'bbo-tbt' ? 'book' : 'data';
    for (const session of this.#sessions) if (session.topics.has(key)) this.#send(session, frame, kind);
  }

  #send(session: Session, frame: string, kind: FrameKind): void {
    session.activeMonoMs = this.#clock.monoMs();
    this.#gate.send(session.socket, frame, kind);
  }

  #error(session: Session, code: string, msg: string, request: Message | null): void {
    const id = request === null ? undefined : stringAt(request, 'id');
    const reply = { ...(id === undefined ? {} : { id }), event: 'error', code, msg, connId: session.connectionId };
    this.#send(session, JSON.stringify(reply), 'control');
  }
}

/** The channels asked for; `null` when the list is not one. */
function readArgs(request: Message): Arg[] | null {
  if (!Array.isArray(request.args) || request.args.length === 0) return null;
  const args: Arg[] = [];
  for (const one of request.args) {
    const channel = isRecord(one) ? stringAt(one, 'channel') : undefined;
    if (!isRecord(one) || channel === undefined) return null;
    const instId = stringAt(one, 'instId');
    const instType = stringAt(one, 'instType');
    args.push({
      channel,
      ...(instId === undefined ? {} : { instId }),
      ...(instType === undefined ? {} : { instType }),
    });
  }
  return args;
}
