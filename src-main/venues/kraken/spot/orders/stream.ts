import type { Cancel } from '#shared/kernel/time';
import { rfc3339Ms } from '../../../kit/numbers.ts';
import type { AdapterContext, PrivateSink, VenueFill, VenueOrder } from '../../../orders/adapter.ts';
import { ask } from '../../../orders/ask.ts';
import { keepPrivateSocket, type PrivateLine } from '../../../orders/private-socket.ts';
import { read } from './history.ts';
import type { ExecutionRow, StreamedFill } from './messages.ts';
import {
  channelSchema,
  executionSchema,
  idleSchema,
  replySchema,
  streamedFillSchema,
  tokenSchema,
} from './messages.ts';
import { MissingFrames } from './missing-frames.ts';

const URL = 'wss://ws-auth.kraken.com/v2';
const CHANNELS = ['executions', 'balances'] as const;
/** Heartbeats come every second once something is subscribed. */
const SILENCE_MS = 10_000;
const PING_MS = 15_000;
const LOGIN_MS = 10_000;
const MOST_KNOWN = 5_000;

const STATES: Readonly<Record<string, VenueOrder['state']>> = {
  pending_new: 'open',
  new: 'open',
  partially_filled: 'open',
  filled: 'filled',
  canceled: 'cancelled',
  expired: 'expired',
};

/** What an order's first event tells and later ones leave out. */
type Known = Pick<VenueOrder, 'clientOrderId' | 'listing' | 'symbol' | 'side' | 'quantity' | 'price' | 'filled'>;

/**
 * `executions` and `balances` of the private socket: open orders first, then each change and execution as it happens.
 * A token is fetched for each connection.
 * https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/executions
 */
export function privateStream(context: AdapterContext, sink: PrivateSink): Cancel {
  const known = new Map<string, Known>();
  const pending = new Set<string>();
  const missing = new MissingFrames(context.clock, (channel, sequence) => {
    sink.unreadable(`message ${sequence} of ${channel} is missing`);
  });
  let token = '';
  const url = async (): Promise<string | null> => {
    const call = read('socket-token', 'privatePostGetWebSocketsToken', {});
    const answer = await ask(context.caller, call, tokenSchema);
    if (!answer.ok) return null;
    token = answer.value.result.token;
    context.hide(token);
    return URL;
  };
  const opened = (line: PrivateLine): void => {
    known.clear();
    missing.clear();
    pending.clear();
    for (const channel of CHANNELS) {
      pending.add(channel);
      const snapshot = channel === 'executions' ? { snap_orders: true, snap_trades: false } : { snapshot: true };
      line.send({ method: 'subscribe', params: { channel, ...snapshot, token } });
    }
  };
  const message = (body: unknown, text: string, line: PrivateLine): void => {
    const told = channelSchema.safeParse(body);
    if (told.success) {
      const { channel, type, data, sequence } = told.data;
      missing.heard(channel, Number(sequence));
      if (channel === 'balances') sink.holdingsChanged();
      else for (const row of data) execution(row);
      if (type === 'snapshot') {
        pending.delete(channel);
        if (pending.size === 0) line.live();
      }
      return;
    }
    const reply = replySchema.safeParse(body);
    if (reply.success) {
      if (reply.data.success === false) line.drop(`Kraken: ${reply.data.error ?? 'the subscription was refused'}`);
      return;
    }
    if (!idleSchema.safeParse(body).success) sink.unreadable(text.slice(0, 200));
  };
  const execution = (row: unknown): void => {
    const read = executionSchema.safeParse(row);
    if (!read.success) {
      sink.unreadable(JSON.stringify(row).slice(0, 200));
      return;
    }
    const event = read.data;
    if (event.exec_type === 'trade') {
      const fill = streamedFillSchema.safeParse(row);
      const told = fill.success ? fillOf(fill.data) : null;
      if (told === null) sink.unreadable(JSON.stringify(row).slice(0, 200));
      else sink.fill(told);
    }
    const order = orderOf(event);
    if (order !== null) sink.order(order);
    // An execution that came before its order's first event is told all the same.
    else if (event.exec_type !== 'trade') sink.unreadable(`order ${event.order_id} changed and was never told of`);
  };
  const orderOf = (event: ExecutionRow): VenueOrder | null => {
    const { order_id, exec_type, order_status, symbol, side, order_qty, cum_qty } = event;
    const before = known.get(order_id);
    const isWhole = symbol !== undefined && side !== undefined && order_qty !== undefined;
    // Only an order that has just been made is known to be unfilled without being told.
    const filled = cum_qty ?? before?.filled ?? (exec_type === 'pending_new' ? '0' : undefined);
    const listing = symbol === undefined ? undefined : context.bySymbol(symbol);
    const now: Known | undefined =
      filled === undefined
        ? undefined
        : isWhole
          ? {
              clientOrderId: event.cl_ord_id ?? null,
              listing: listing?.id ?? null,
              symbol,
              side,
              quantity: order_qty,
              price: event.limit_price ?? null,
              filled,
            }
          : before === undefined
            ? undefined
            : { ...before, filled };
    if (now === undefined) return null;
    known.delete(order_id);
    known.set(order_id, now);
    for (const oldest of known.keys()) {
      if (known.size <= MOST_KNOWN) break;
      known.delete(oldest);
    }
    const state = STATES[order_status] ?? 'unknown';
    return { venueOrderId: order_id, ...now, state, status: order_status, atMs: rfc3339Ms(event.timestamp) };
  };
  const fillOf = (row: StreamedFill): VenueFill | null => {
    const [fee, another] = row.fees;
    // Two currencies in one execution cannot be booked as one fee.
    if (fee === undefined || another !== undefined) return null;
    return {
      tradeId: row.exec_id,
      venueOrderId: row.order_id,
      clientOrderId: row.cl_ord_id ?? known.get(row.order_id)?.clientOrderId ?? null,
      listing: context.bySymbol(row.symbol)?.id ?? null,
      symbol: row.symbol,
      side: row.side,
      quantity: row.last_qty,
      price: row.last_price,
      fee: fee.qty,
      feeCurrency: fee.asset,
      liquidity: row.liquidity_ind === 'm' ? 'maker' : 'taker',
      atMs: rfc3339Ms(row.timestamp),
    };
  };
  const stop = keepPrivateSocket({
    transport: context.transport,
    clock: context.clock,
    random: context.random,
    url,
    opened,
    message,
    ping: { everyMs: PING_MS, text: () => '{"method":"ping"}' },
    silenceMs: SILENCE_MS,
    loginMs: LOGIN_MS,
    heard: () => sink.heard(),
    state: (state, reason) => sink.stream(state, reason),
  });
  return () => {
    missing.clear();
    stop();
  };
}
