import { z } from 'zod';
import type { VenueAction } from '#engine/ports';
import type { Cancel } from '#shared/kernel/time';
import type { PrivateSink } from '../../orders/adapter.ts';
import type { PrivateLine } from '../../orders/private-socket.ts';
import { keepPrivateSocket } from '../../orders/private-socket.ts';
import type { Desk } from './desk.ts';
import { okxHosts, socketUrl } from './hosts.ts';
import { algoSchema, orderEventSchema } from './messages.ts';
import { ALGO_STATES, streamedFill, venueAlgo, venueOrder } from './rows.ts';
import { okxSignature } from './signature.ts';

/** "If there's no data within 30 seconds, the connection will break automatically": the text `ping` keeps it. */
const PING_MS = 10_000;
const SILENCE_MS = 25_000;
const LOGIN_MS = 10_000;

/** What the venue did to a position itself: the category of the order that it made. */
const ACTIONS: Readonly<Record<string, VenueAction['kind']>> = {
  full_liquidation: 'liquidation',
  partial_liquidation: 'liquidation',
  adl: 'auto-deleveraging',
  delivery: 'settlement',
};

const eventSchema = z.object({ event: z.string(), code: z.string().optional(), msg: z.string().optional() });
const pushSchema = z.object({ arg: z.object({ channel: z.string() }), data: z.array(z.unknown()) });

type Path = 'private' | 'business';
type LineState = 'connecting' | 'live' | 'lost';

/**
 * Two sockets: orders with their executions and balances on one, orders that wait for a trigger on the other. Both must be
 * live for the stream to be. https://www.okx.com/docs-v5/en/#order-book-trading-trade-ws-order-channel
 */
export function openOkxStream(desk: Desk, sink: PrivateSink): Cancel {
  const { instType } = desk;
  const lines: Record<Path, LineState> = { private: 'connecting', business: 'connecting' };
  let told: LineState | null = null;
  const state = (path: Path, now: LineState, reason: string): void => {
    lines[path] = now;
    const both = Object.values(lines);
    const whole = both.includes('lost') ? 'lost' : both.every((one) => one === 'live') ? 'live' : 'connecting';
    // One that reconnects while the other is away stays lost.
    if (whole === told && whole !== 'lost') return;
    told = whole;
    sink.stream(whole, reason);
  };
  const cancels = [
    openLine(desk, sink, 'private', [{ channel: 'orders', instType }, { channel: 'account' }], (now, reason) =>
      state('private', now, reason),
    ),
    openLine(desk, sink, 'business', [{ channel: 'orders-algo', instType }], (now, reason) =>
      state('business', now, reason),
    ),
  ];
  return () => {
    for (const cancel of cancels) cancel();
  };
}

function openLine(
  desk: Desk,
  sink: PrivateSink,
  path: Path,
  args: readonly object[],
  state: (now: LineState, reason: string) => void,
): Cancel {
  const { transport, clock, random, entity, credentials, skewMs, hide } = desk.context;
  let confirmed = 0;

  const login = (line: PrivateLine): void => {
    confirmed = 0;
    const timestamp = String(Math.floor((clock.wallMs() + skewMs()) / 1000));
    const sign = okxSignature(credentials.secret ?? '', `${timestamp}GET/users/self/verify`);
    hide(sign);
    const { apiKey = '', passphrase = '' } = credentials;
    line.send({ op: 'login', args: [{ apiKey, passphrase, timestamp, sign }] });
  };

  const heardEvent = ({ event, code = '', msg = '' }: z.infer<typeof eventSchema>, line: PrivateLine): void => {
    if (event === 'login' && code === '0') line.send({ op: 'subscribe', args });
    else if (event === 'login' || event === 'error') line.drop(`turned away: ${msg} (${code})`);
    else if (event === 'notice') line.drop(`the venue announces: ${msg} (${code})`);
    else if (event === 'subscribe') {
      confirmed += 1;
      if (confirmed === args.length) line.live();
    }
  };

  return keepPrivateSocket({
    transport,
    clock,
    random: random.fork(path),
    url: () => Promise.resolve(socketUrl(okxHosts(entity)?.[1] ?? '', path)),
    opened: login,
    message(body, text, line) {
      if (text === 'pong') return;
      const push = pushSchema.safeParse(body);
      if (push.success) {
        for (const row of push.data.data) told(desk, sink, push.data.arg.channel, row, text);
        return;
      }
      const event = eventSchema.safeParse(body);
      if (event.success) heardEvent(event.data, line);
      else sink.unreadable(text.slice(0, 200));
    },
    ping: { everyMs: PING_MS, text: () => 'ping' },
    silenceMs: SILENCE_MS,
    loginMs: LOGIN_MS,
    heard: () => sink.heard(),
    state,
  });
}

/** One row of a channel. */
function told(desk: Desk, sink: PrivateSink, channel: string, row: unknown, text: string): void {
  try {
    if (channel === 'account') sink.holdingsChanged();
    else if (channel === 'orders') toldOrder(desk, sink, row);
    else if (channel === 'orders-algo') toldAlgo(desk, sink, row);
  } catch {
    sink.unreadable(text.slice(0, 200));
  }
}

function toldOrder({ context }: Desk, sink: PrivateSink, data: unknown): void {
  const row = orderEventSchema.parse(data);
  const fill = streamedFill(row, context.bySymbol);
  const action = ACTIONS[row.category];
  if (action !== undefined) {
    if (fill === null) return;
    const { symbol, listing, quantity, side, price, atMs } = fill;
    sink.action({
      kind: action,
      listing,
      symbol,
      quantity,
      text: `${row.category}: ${side} ${quantity} ${symbol} at ${price}`,
      atMs,
    });
    return;
  }
  // The execution first: the order's total includes it.
  if (fill !== null) sink.fill(fill);
  sink.order(venueOrder(row, context.bySymbol));
}

/** Once triggered it is an order, of which the other channel tells. */
function toldAlgo({ context }: Desk, sink: PrivateSink, data: unknown): void {
  const row = algoSchema.parse(data);
  if (ALGO_STATES[row.state] !== 'effective') sink.order(venueAlgo(row, context.bySymbol));
}
