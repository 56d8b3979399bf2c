import { z } from 'zod';
import type { VenueAction } from '#engine/ports';
import { decimalText } from '#shared/domain/wire';
import { type Cancel, every } from '#shared/kernel/time';
import { decimal, ZERO } from '#shared/money/decimal';
import { isObject } from '../../kit/json.ts';
import type { AdapterContext, PrivateSink, VenueOrder } from '../../orders/adapter.ts';
import { ask } from '../../orders/ask.ts';
import { keepPrivateSocket, type PrivateLine } from '../../orders/private-socket.ts';
import { urlAt } from '../../test-networks.ts';
import { cancelling } from './calls.ts';
import { instant, listenKeySchema } from './messages.ts';
import { algoId } from './names.ts';
import { algoStateOf, priceOrNull, stateOf } from './rows.ts';

const STREAM = 'wss://fstream.binance.com/private/ws';
/** "It's recommended to send a ping about every 30 minutes"; a key lives for 60. */
const KEEP_ALIVE_MS = 25 * 60_000;
/** Triggered conditional orders that are remembered. */
const MOST_ALGOS = 1_000;

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams/Event-Order-Update */
const orderSchema = z.object({
  s: z.string(),
  c: z.string(),
  S: z.enum(['BUY', 'SELL']),
  f: z.string(),
  q: decimalText,
  p: decimalText,
  x: z.string(),
  X: z.string(),
  i: z.string(),
  l: decimalText,
  z: decimalText,
  L: decimalText,
  /** Without a commission neither is pushed. */
  N: z.string().optional(),
  n: decimalText.optional(),
  T: instant,
  t: z.string(),
  m: z.boolean(),
  /** The type that it was before it was triggered. */
  ot: z.string(),
});
type OrderUpdate = z.infer<typeof orderSchema>;

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams/Event-Algo-Order-Update */
const algoSchema = z.object({
  caid: z.string(),
  aid: z.string(),
  s: z.string(),
  S: z.enum(['BUY', 'SELL']),
  q: decimalText,
  p: decimalText,
  X: z.string(),
  ai: z.string(),
});

/** Orders that the venue makes for an account, by how their names begin (EX-15). */
const ACTIONS: readonly (readonly [string, VenueAction['kind'], string])[] = [
  ['autoclose-', 'liquidation', 'liquidated by Binance'],
  ['adl_autoclose', 'auto-deleveraging', 'closed by auto-deleveraging'],
  ['settlement_autoclose-', 'settlement', 'settled by Binance: the contract is delisted or delivered'],
];
const IGNORED: readonly string[] = ['MARGIN_CALL', 'TRADE_LITE', 'STRATEGY_UPDATE', 'GRID_UPDATE'];
const HOLDINGS: readonly string[] = ['ACCOUNT_UPDATE', 'ACCOUNT_CONFIG_UPDATE'];

/**
 * The account stream of USDⓈ-M, opened with a listen key that is kept alive
 * (https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams).
 */
export function perpStream(context: AdapterContext, sink: PrivateSink): Cancel {
  const { transport, clock, random, caller } = context;
  const updates = new Updates(context, sink);
  const askKey = (method: 'fapiPrivatePostListenKey' | 'fapiPrivatePutListenKey') =>
    ask(caller, { ...cancelling('listen-key', method, {}), urgency: 'read' }, listenKeySchema);
  let line: PrivateLine | null = null;
  const keepAlive = async (): Promise<void> => {
    const current = line;
    if (current === null) return;
    const kept = await askKey('fapiPrivatePutListenKey');
    // It ran out: a new connection gets a new one.
    if (!kept.ok && kept.error.code === '-1125') current.drop('the listen key ran out');
  };
  const stopKeeping = every(clock, KEEP_ALIVE_MS, () => void keepAlive());
  const close = keepPrivateSocket({
    transport,
    clock,
    random,
    url: async () => {
      line = null;
      const key = await askKey('fapiPrivatePostListenKey');
      if (!key.ok) return null;
      context.hide(key.value.listenKey);
      return `${urlAt('binance', context.entity, STREAM)}?listenKey=${encodeURIComponent(key.value.listenKey)}`;
    },
    // The key in the address is the whole login: what is open is live.
    opened: (opened) => {
      line = opened;
      opened.live();
    },
    message: (body, text, current) => {
      const kind = isObject(body) && typeof body.e === 'string' ? body.e : '';
      if (kind === 'listenKeyExpired') current.drop('the listen key ran out');
      else if (!isObject(body) || !updates.tell(kind, body)) sink.unreadable(text.slice(0, 200));
    },
    ping: { everyMs: 15_000, text: null },
    silenceMs: 40_000,
    loginMs: 10_000,
    heard: () => sink.heard(),
    state: (state, reason) => sink.stream(state, reason),
  });
  return () => {
    stopKeeping();
    close();
  };
}

/** Events as they come, in the words of the adapter. */
class Updates {
  readonly #context: AdapterContext;
  readonly #sink: PrivateSink;
  /** Names of conditional orders by the number of the order that each became. */
  readonly #algos = new Map<string, string>();

  constructor(context: AdapterContext, sink: PrivateSink) {
    this.#context = context;
    this.#sink = sink;
  }

  /** False when it cannot be read. */
  tell(kind: string, body: Readonly<Record<string, unknown>>): boolean {
    if (kind === 'ORDER_TRADE_UPDATE') {
      const update = orderSchema.safeParse(body.o);
      return update.success && this.#order(update.data);
    }
    if (kind === 'ALGO_UPDATE') return this.#algo(body);
    if (HOLDINGS.includes(kind)) this.#sink.holdingsChanged();
    // A conditional order that was refused when it was triggered; its own update says so too.
    else if (kind !== 'CONDITIONAL_ORDER_TRIGGER_REJECT' && !IGNORED.includes(kind)) return false;
    return true;
  }

  #order(update: OrderUpdate): boolean {
    const action = ACTIONS.find(([beginning]) => update.c.startsWith(beginning));
    if (action !== undefined) {
      this.#act(update, action[1], action[2]);
      return true;
    }
    const order: VenueOrder = {
      venueOrderId: update.i,
      clientOrderId: this.#nameOf(update),
      listing: this.#context.bySymbol(update.s)?.id ?? null,
      symbol: update.s,
      side: update.S === 'BUY' ? 'buy' : 'sell',
      quantity: update.q,
      price: priceOrNull(update.p),
      filled: update.z,
      state: stateOf(update.X, update.f),
      status: update.X,
      atMs: update.T,
    };
    const told = decimal(update.l).gt(ZERO) ? this.#fill(update, order) : true;
    this.#sink.order(order);
    return told;
  }

  #fill({ t, l, L, n, N, m, T }: OrderUpdate, order: VenueOrder): boolean {
    const { venueOrderId, clientOrderId, listing, symbol, side } = order;
    const feeCurrency = N ?? this.#context.bySymbol(symbol)?.settle;
    if (feeCurrency === undefined || (N === undefined && n !== undefined && !decimal(n).eq(ZERO))) return false;
    this.#sink.fill({
      tradeId: t,
      venueOrderId,
      clientOrderId,
      listing,
      symbol,
      side,
      quantity: l,
      price: L,
      fee: n ?? '0',
      feeCurrency,
      liquidity: m ? 'maker' : 'taker',
      atMs: T,
    });
    return true;
  }

  /** What was triggered may go by a name that the engine gave it: without its own it is asked for. */
  #nameOf({ i, c, ot }: OrderUpdate): string | null {
    const known = this.#algos.get(i);
    if (known !== undefined) return known;
    const conditional = /^(STOP|TAKE_PROFIT|TRAILING)/.test(ot);
    return c === '' || (conditional && ![...this.#algos.values()].includes(c)) ? null : c;
  }

  #act({ s, S, l, T }: OrderUpdate, kind: VenueAction['kind'], text: string): void {
    if (decimal(l).lte(ZERO)) return;
    const listing = this.#context.bySymbol(s)?.id ?? null;
    const closed = S === 'BUY' ? 'short' : 'long';
    this.#sink.action({ kind, listing, symbol: s, quantity: l, text: `${closed} of ${l} ${s} ${text}`, atMs: T });
    this.#sink.holdingsChanged();
  }

  /** Once it has been triggered its order in the engine tells the rest. */
  #algo(body: Readonly<Record<string, unknown>>): boolean {
    const update = algoSchema.safeParse(body.o);
    const at = instant.safeParse(body.T);
    if (!update.success || !at.success) return false;
    const { caid, aid, s, S, q, p, X, ai } = update.data;
    this.#remember(/^[1-9]\d*$/.test(ai) ? ai : algoId(aid), caid);
    if (/^[1-9]\d*$/.test(ai)) return true;
    this.#sink.order({
      venueOrderId: algoId(aid),
      clientOrderId: caid === '' ? null : caid,
      listing: this.#context.bySymbol(s)?.id ?? null,
      symbol: s,
      side: S === 'BUY' ? 'buy' : 'sell',
      quantity: q,
      price: priceOrNull(p),
      filled: '0',
      state: algoStateOf(X),
      status: X,
      atMs: at.data,
    });
    return true;
  }

  #remember(number: string, name: string): void {
    this.#algos.set(number, name);
    for (const oldest of this.#algos.keys()) {
      if (this.#algos.size <= MOST_ALGOS) break;
      this.#algos.delete(oldest);
    }
  }
}
