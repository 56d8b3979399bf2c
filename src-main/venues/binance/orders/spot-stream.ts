import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { decimalText } from '#shared/domain/wire';
import type { Cancel } from '#shared/kernel/time';
import { decimal, ZERO } from '#shared/money/decimal';
import { isObject } from '../../kit/json.ts';
import type { AdapterContext, PrivateSink, VenueOrder } from '../../orders/adapter.ts';
import { keepPrivateSocket, type PrivateLine } from '../../orders/private-socket.ts';
import { urlAt } from '../../test-networks.ts';
import { instant } from './messages.ts';
import { orderOf } from './names.ts';
import { listOrder } from './order-lists.ts';
import { priceOrNull, stateOf } from './rows.ts';

const STREAM = 'wss://ws-api.binance.com:443/ws-api/v3';
const SUBSCRIBE_ID = 'account';
const RECEIVE_WINDOW_MS = 5_000;
/** Lists whose halves are remembered. */
const MOST_LISTS = 500;

/** https://developers.binance.com/docs/binance-spot-api-docs/user-data-stream#order-update */
const reportSchema = z.object({
  E: instant,
  s: z.string(),
  c: z.string(),
  C: z.string().nullable(),
  S: z.enum(['BUY', 'SELL']),
  f: z.string(),
  q: decimalText,
  p: decimalText,
  g: z.string(),
  x: z.string(),
  X: z.string(),
  i: z.string(),
  l: decimalText,
  z: decimalText,
  L: decimalText,
  n: decimalText,
  N: z.string().nullable(),
  T: instant,
  t: z.string(),
  m: z.boolean(),
});
type Report = z.infer<typeof reportSchema>;

/** The account changed without an order of ours. */
const HOLDINGS: readonly string[] = ['outboundAccountPosition', 'balanceUpdate', 'externalLockUpdate'];
/** What its orders tell too. */
const TOLD_ELSEWHERE: readonly string[] = ['listStatus'];

/**
 * The account stream of Binance spot: a subscription on the WebSocket API, signed with the key
 * (https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/user-data-stream-requests).
 */
export function spotStream(context: AdapterContext, sink: PrivateSink): Cancel {
  const { transport, clock, random } = context;
  const reports = new Reports(context, sink);
  return keepPrivateSocket({
    transport,
    clock,
    random,
    url: () => Promise.resolve(urlAt('binance', context.entity, STREAM)),
    opened: (line) => line.send(subscription(context)),
    message: (body, text, line) => heard(body, text, line, sink, reports),
    ping: { everyMs: 15_000, text: null },
    // The venue pings every 20 s by itself.
    silenceMs: 40_000,
    loginMs: 10_000,
    heard: () => sink.heard(),
    state: (state, reason) => sink.stream(state, reason),
  });
}

/** Parameters are signed in the order of their names. */
function subscription({ credentials, clock, skewMs }: AdapterContext): object {
  const apiKey = credentials.apiKey ?? '';
  const timestamp = Math.floor(clock.wallMs() + skewMs());
  const payload = `apiKey=${apiKey}&recvWindow=${RECEIVE_WINDOW_MS}&timestamp=${timestamp}`;
  const signature = createHmac('sha256', credentials.secret ?? '')
    .update(payload)
    .digest('hex');
  return {
    id: SUBSCRIBE_ID,
    method: 'userDataStream.subscribe.signature',
    params: { apiKey, recvWindow: RECEIVE_WINDOW_MS, timestamp, signature },
  };
}

function heard(body: unknown, text: string, line: PrivateLine, sink: PrivateSink, reports: Reports): void {
  if (!isObject(body)) {
    sink.unreadable(text.slice(0, 200));
    return;
  }
  if (body.id === SUBSCRIBE_ID) {
    if (body.status === '200') line.live();
    else line.drop(refusalOf(body.error));
    return;
  }
  const event = isObject(body.event) ? body.event : {};
  const kind = typeof event.e === 'string' ? event.e : '';
  if (kind === 'executionReport') {
    const report = reportSchema.safeParse(event);
    if (!report.success || !reports.tell(report.data)) sink.unreadable(text.slice(0, 200));
  } else if (HOLDINGS.includes(kind)) sink.holdingsChanged();
  else if (kind === 'eventStreamTerminated') line.drop('the venue ended the account stream');
  else if (!TOLD_ELSEWHERE.includes(kind)) sink.unreadable(text.slice(0, 200));
}

const refusalOf = (error: unknown): string =>
  isObject(error)
    ? `the subscription was refused (${String(error.code)}): ${String(error.msg).slice(0, 120)}`
    : 'refused';

/** Order events as they come; those of an OCO's halves are told as one order. */
class Reports {
  readonly #context: AdapterContext;
  readonly #sink: PrivateSink;
  readonly #lists = new Map<string, Map<string, VenueOrder>>();

  constructor(context: AdapterContext, sink: PrivateSink) {
    this.#context = context;
    this.#sink = sink;
  }

  /** False when an execution in it cannot be read. */
  tell(report: Report): boolean {
    // The name of a cancel stands in `c`, that of its order then in `C`.
    const name = report.C === null || report.C === '' ? report.c : report.C;
    const order = this.#order(report, name);
    const executed = report.x === 'TRADE' ? this.#fill(report, order) : true;
    if (report.g === '-1') this.#sink.order(order);
    else this.#tellList(report.g, name, order);
    return executed;
  }

  #order(report: Report, name: string): VenueOrder {
    return {
      venueOrderId: report.i,
      clientOrderId: name === '' ? null : orderOf(name),
      listing: this.#context.bySymbol(report.s)?.id ?? null,
      symbol: report.s,
      side: report.S === 'BUY' ? 'buy' : 'sell',
      quantity: report.q,
      price: priceOrNull(report.p),
      filled: report.z,
      state: stateOf(report.X, report.f),
      status: report.X,
      atMs: report.T,
    };
  }

  #fill({ t, l, L, n, N, m, T }: Report, order: VenueOrder): boolean {
    const { venueOrderId, clientOrderId, listing, symbol, side } = order;
    const feeCurrency = N ?? this.#receivedBy(order);
    if (feeCurrency === undefined || (N === null && !decimal(n).eq(ZERO)) || t === '-1' || decimal(l).lte(ZERO)) {
      return false;
    }
    this.#sink.fill({
      tradeId: t,
      venueOrderId,
      clientOrderId,
      listing,
      symbol,
      side,
      quantity: l,
      price: L,
      fee: n,
      feeCurrency,
      liquidity: m ? 'maker' : 'taker',
      atMs: T,
    });
    return true;
  }

  /** What a fee of nothing is counted in. */
  #receivedBy({ symbol, side }: VenueOrder): string | undefined {
    const listing = this.#context.bySymbol(symbol);
    return side === 'buy' ? listing?.base : listing?.quote;
  }

  /** One half alone says how an OCO stands only while it lives or when it executed: the other one may have. */
  #tellList(list: string, name: string, order: VenueOrder): void {
    const halves = this.#lists.get(list) ?? new Map<string, VenueOrder>();
    halves.set(name, order);
    this.#lists.set(list, halves);
    for (const oldest of this.#lists.keys()) {
      if (this.#lists.size <= MOST_LISTS) break;
      this.#lists.delete(oldest);
    }
    const known = [...halves].map(([half, told]) => ({ name: half, order: told }));
    const whole = listOrder(list, order.clientOrderId ?? '', known);
    if (whole === undefined || order.clientOrderId === null) return;
    if (known.length < 2 && whole.state !== 'open' && whole.state !== 'filled' && whole.state !== 'unknown') return;
    this.#sink.order(whole);
  }
}
