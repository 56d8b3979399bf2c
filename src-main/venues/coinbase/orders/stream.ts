import type { Cancel } from '#shared/kernel/time';
import { isObject } from '../../kit/json.ts';
import type { AdapterContext, PrivateSink } from '../../orders/adapter.ts';
import { keepPrivateSocket, type PrivateLine } from '../../orders/private-socket.ts';
import { keyToken, readCdpKey } from './cdp-key.ts';
import { errorSchema, frameSchema, userEventSchema, userOrderSchema } from './messages.ts';
import { streamedOrder } from './rows.ts';

const URL = 'wss://advanced-trade-ws-user.coinbase.com';
/** The heartbeats channel speaks every second. */
const SILENCE_MS = 10_000;
const PING_MS = 5_000;
const LOGIN_MS = 10_000;
/** A message that others overtook may still come. */
const OVERTAKEN_MS = 1_500;
const MOST_MISSING = 1_000;

/**
 * The `user` channel: orders with their totals, no executions. It tells the open orders first, in batches of fifty, and
 * counts its messages over all channels of the socket: one that is missing means that an order's word is missing.
 * https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/websocket/user
 */
export function userStream(context: AdapterContext, sink: PrivateSink): Cancel {
  let expected = Number.NaN;
  const missing = new Set<number>();
  const waits = new Set<Cancel>();
  const forget = (): void => {
    missing.clear();
    for (const cancel of waits) cancel();
    waits.clear();
  };
  const opened = (line: PrivateLine): void => {
    expected = Number.NaN;
    forget();
    const key = readCdpKey(context.credentials);
    if (!key.ok) {
      line.drop(key.error);
      return;
    }
    for (const channel of ['heartbeats', 'user']) {
      const venueMs = context.clock.wallMs() + context.skewMs();
      line.send({ type: 'subscribe', channel, jwt: keyToken(key.value, venueMs, context.random) });
    }
  };
  const message = (body: unknown, text: string, line: PrivateLine): void => {
    const problem = errorSchema.safeParse(body);
    if (problem.success) {
      line.drop(`Coinbase: ${problem.data.message}`);
      return;
    }
    const frame = frameSchema.safeParse(body);
    if (!frame.success) {
      sink.unreadable(text.slice(0, 200));
      return;
    }
    const { channel, sequence_num, events } = frame.data;
    counted(sequence_num, line);
    if (channel === 'user') for (const event of events) userEvent(event, text);
    if (channel === 'subscriptions' && events.some(namesUser)) line.live();
  };
  const counted = (sequence: number, line: PrivateLine): void => {
    missing.delete(sequence);
    const from = Number.isNaN(expected) ? sequence : expected;
    if (sequence < from) return;
    expected = sequence + 1;
    if (sequence - from > MOST_MISSING) line.drop(`messages from ${from} on are missing`);
    if (sequence === from || sequence - from > MOST_MISSING) return;
    for (let number = from; number < sequence; number += 1) missing.add(number);
    const wait = context.clock.after(OVERTAKEN_MS, () => {
      waits.delete(wait);
      if (missing.has(from)) line.drop(`message ${from} is missing`);
    });
    waits.add(wait);
  };
  const userEvent = (event: unknown, text: string): void => {
    const read = userEventSchema.safeParse(event);
    if (!read.success) {
      sink.unreadable(text.slice(0, 200));
      return;
    }
    for (const row of read.data.orders ?? []) {
      const order = userOrderSchema.safeParse(row);
      if (order.success) sink.order(streamedOrder(order.data, context.bySymbol));
      else sink.unreadable(JSON.stringify(row).slice(0, 200));
    }
    if (read.data.type === 'update') sink.holdingsChanged();
  };
  const stop = keepPrivateSocket({
    transport: context.transport,
    clock: context.clock,
    random: context.random,
    url: () => Promise.resolve(URL),
    opened,
    message,
    ping: { everyMs: PING_MS, text: null },
    silenceMs: SILENCE_MS,
    loginMs: LOGIN_MS,
    heard: () => sink.heard(),
    state: (state, reason) => sink.stream(state, reason),
  });
  return () => {
    forget();
    stop();
  };
}

const namesUser = (event: unknown): boolean =>
  isObject(event) && isObject(event.subscriptions) && event.subscriptions.user !== undefined;
