import { createHmac } from 'node:crypto';
import type { VenueAction } from '#engine/ports';
import type { Cancel } from '#shared/kernel/time';
import type { AdapterContext, PrivateSink } from '../../orders/adapter.ts';
import { keepPrivateSocket, type PrivateLine } from '../../orders/private-socket.ts';
import { bybitHosts } from './hosts.ts';
import { executionSchema, orderSchema, replySchema, topicSchema } from './messages.ts';
import { venueFill, venueOrder } from './read.ts';
import type { Category } from './requests.ts';

const PING_MS = 20_000;
const SILENCE_MS = 45_000;
const LOGIN_MS = 10_000;
/** How long a login may take to reach the venue, by its clock. */
const LOGIN_WINDOW_MS = 10_000;

/** What the venue did to a position itself. https://bybit-exchange.github.io/docs/v5/enum#exectype */
const ACTIONS: Readonly<Record<string, VenueAction['kind']>> = {
  AdlTrade: 'auto-deleveraging',
  BustTrade: 'liquidation',
  Settle: 'settlement',
  Delivery: 'delisting',
};

/** https://bybit-exchange.github.io/docs/v5/ws/connect and …/websocket/private/order */
export function openBybitStream(category: Category, context: AdapterContext, sink: PrivateSink): Cancel {
  const { transport, clock, random, credentials, entity, skewMs, hide } = context;
  const topics = [`order.${category}`, `execution.${category}`, 'wallet'];

  const login = (line: PrivateLine): void => {
    const expires = Math.floor(clock.wallMs() + skewMs()) + LOGIN_WINDOW_MS;
    const signature = createHmac('sha256', credentials.secret ?? '')
      .update(`GET/realtime${expires}`)
      .digest('hex');
    hide(signature);
    line.send({ op: 'auth', args: [credentials.apiKey ?? '', expires, signature] });
  };

  const replied = (body: unknown, line: PrivateLine): void => {
    const read = replySchema.safeParse(body);
    if (!read.success) {
      sink.unreadable(sampleOf(body));
      return;
    }
    const { op, success, ret_msg, retCode, retMsg } = read.data;
    const done = success === true || retCode === '0';
    const why = ret_msg ?? retMsg ?? '';
    if (op === 'auth' && done) line.send({ op: 'subscribe', args: topics });
    else if (op === 'auth') line.drop(`login refused: ${why}`);
    else if (op === 'subscribe' && done) line.live();
    else if (op === 'subscribe') line.drop(`subscription refused: ${why}`);
  };

  const row = (topic: string, data: unknown): void => {
    if (topic.startsWith('wallet')) {
      sink.holdingsChanged();
      return;
    }
    if (topic.startsWith('order')) {
      sink.order(venueOrder(orderSchema.parse(data), context.bySymbol));
      return;
    }
    const read = executionSchema.parse(data);
    const action = ACTIONS[read.execType];
    if (read.execType === 'Trade') sink.fill(venueFill(read, context.bySymbol));
    else if (action !== undefined) {
      const { symbol, execQty: quantity, execTime: atMs, side, execPrice } = read;
      const text = `${read.execType}: ${side} ${quantity} ${symbol} at ${execPrice}`;
      sink.action({ kind: action, listing: context.bySymbol(symbol)?.id ?? null, symbol, quantity, text, atMs });
    }
  };

  return keepPrivateSocket({
    transport,
    clock,
    random,
    url: () => Promise.resolve(`wss://${bybitHosts(entity)?.[1] ?? ''}/v5/private`),
    opened: login,
    message(body, text, line) {
      const read = topicSchema.safeParse(body);
      if (!read.success) {
        replied(body, line);
        return;
      }
      for (const data of read.data.data) {
        try {
          row(read.data.topic, data);
        } catch {
          sink.unreadable(text.slice(0, 200));
        }
      }
    },
    ping: { everyMs: PING_MS, text: () => JSON.stringify({ op: 'ping' }) },
    silenceMs: SILENCE_MS,
    loginMs: LOGIN_MS,
    heard: () => sink.heard(),
    state: (state, reason) => sink.stream(state, reason),
  });
}

const sampleOf = (body: unknown): string => JSON.stringify(body)?.slice(0, 200) ?? '';
