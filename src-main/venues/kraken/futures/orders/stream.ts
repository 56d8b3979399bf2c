import type { VenueAction } from '#engine/ports';
import type { Cancel } from '#shared/kernel/time';
import { isObject } from '../../../kit/json.ts';
import type { AdapterContext, PrivateSink, VenueOrder } from '../../../orders/adapter.ts';
import { keepPrivateSocket, type PrivateLine } from '../../../orders/private-socket.ts';
import { urlAt } from '../../../test-networks.ts';
import { meaningOf, stateOfDelta, streamedFill, streamedOrder } from './rows.ts';
import { signedChallenge } from './signature.ts';
import type { StreamedFill, StreamedPosition } from './stream-messages.ts';
import {
  balancesSchema,
  eventSchema,
  fillsSchema,
  heartbeatSchema,
  orderDeltaSchema,
  ordersSnapshotSchema,
  positionsSchema,
} from './stream-messages.ts';
import { baseUnits } from './units.ts';

const STREAM = 'wss://futures.kraken.com/ws/v1';
const FEEDS = ['open_orders_verbose', 'fills', 'balances', 'open_positions'] as const;
/** Their first frames are the account as it stands. */
const SNAPSHOTS = ['open_orders_verbose_snapshot', 'fills_snapshot'];
const PING_MS = 20_000;
const SILENCE_MS = 45_000;
const LOGIN_MS = 10_000;
/** What the venue did shortly before a line was lost may not have been heard. */
const OVERLAP_MS = 60_000;
const MOST_KNOWN = 5_000;

export interface FuturesStream {
  readonly stop: Cancel;
  /** Of the positions that are open, by symbol, as long as the line lives. */
  readonly positions: ReadonlyMap<string, StreamedPosition>;
}

/**
 * Open orders, executions, balances and positions over the socket of the public feeds, opened with a signed challenge.
 * The fills of the past that a line begins with are left to questions; of them only what the venue itself did is told.
 * https://docs.kraken.com/exchange/api-reference/futures-websocket
 */
export function privateStream(context: AdapterContext, sink: PrivateSink): FuturesStream {
  const { credentials, clock } = context;
  const apiKey = (credentials.apiKey ?? '').trim();
  const known = new Map<string, VenueOrder>();
  const positions = new Map<string, StreamedPosition>();
  const awaited = new Set<string>();
  let isLive = false;
  let heardAtMs = clock.wallMs();
  const opened = (line: PrivateLine): void => {
    known.clear();
    isLive = false;
    awaited.clear();
    for (const snapshot of SNAPSHOTS) awaited.add(snapshot);
    line.send({ event: 'subscribe', feed: 'heartbeat' });
    line.send({ event: 'challenge', api_key: apiKey });
  };
  const login = (challenge: string, line: PrivateLine): void => {
    const signed = signedChallenge(credentials.secret ?? '', challenge);
    context.hide(signed);
    const proof = { api_key: apiKey, original_challenge: challenge, signed_challenge: signed };
    for (const feed of FEEDS) line.send({ event: 'subscribe', feed, ...proof });
  };
  const event = (body: unknown, line: PrivateLine): boolean => {
    const read = eventSchema.safeParse(body);
    if (!read.success) return false;
    const { event: name, message = '', feed = '' } = read.data;
    if (name === 'challenge') login(message, line);
    else if (name === 'alert' || name === 'error' || name.endsWith('_failed')) {
      if (!isLive) line.drop(`Kraken Futures: ${message || `${name} ${feed}`}`);
      else sink.unreadable(`${name}: ${message}`.slice(0, 200));
    }
    return true;
  };
  const feedFrame = (body: unknown): boolean => {
    const snapshot = ordersSnapshotSchema.safeParse(body);
    if (snapshot.success) {
      for (const row of snapshot.data.orders) tell(streamedOrder(row, 'open', 'open', context.bySymbol));
      return true;
    }
    const delta = orderDeltaSchema.safeParse(body);
    if (delta.success) return orderDelta(delta.data);
    const fills = fillsSchema.safeParse(body);
    if (fills.success) {
      const isPast = fills.data.feed === 'fills_snapshot';
      for (const row of fills.data.fills) fill(row, isPast);
      return true;
    }
    const told = positionsSchema.safeParse(body);
    if (told.success) {
      positions.clear();
      for (const row of told.data.positions) positions.set(row.instrument.toUpperCase(), row);
      return true;
    }
    if (!balancesSchema.safeParse(body).success) return false;
    sink.holdingsChanged();
    return true;
  };
  const orderDelta = (row: ReturnType<typeof orderDeltaSchema.parse>): boolean => {
    const { reason, is_cancel } = row;
    // The stop is gone because it has become the order that it was for.
    if (is_cancel && reason === 'stop_order_triggered') return true;
    const state = stateOfDelta(is_cancel, reason);
    if (row.order !== undefined) {
      tell(streamedOrder(row.order, state, reason, context.bySymbol));
      return true;
    }
    const before = row.order_id === undefined ? undefined : known.get(row.order_id);
    if (before === undefined) return false;
    tell({ ...before, state, status: reason });
    return true;
  };
  const tell = (order: VenueOrder): void => {
    known.delete(order.venueOrderId);
    known.set(order.venueOrderId, order);
    for (const oldest of known.keys()) {
      if (known.size <= MOST_KNOWN) break;
      known.delete(oldest);
    }
    sink.order(order);
  };
  const fill = (row: StreamedFill, isPast: boolean): void => {
    const meaning = meaningOf(row.fill_type);
    if (meaning === 'maker' || meaning === 'taker') {
      if (!isPast) sink.fill(streamedFill(row, meaning, context.bySymbol));
    } else if (meaning === 'unknown') {
      if (!isPast) sink.unreadable(`an execution of the kind ${row.fill_type}`);
    } else if (!isPast || Number(row.time) >= heardAtMs + context.skewMs() - OVERLAP_MS) action(row, meaning);
  };
  const action = (row: StreamedFill, kind: VenueAction['kind']): void => {
    const listing = context.bySymbol(row.instrument.toUpperCase());
    const quantity = baseUnits(row.qty, listing);
    const text = `${row.fill_type}: ${row.buy ? 'buy' : 'sell'} ${quantity} ${row.instrument} at ${row.price}`;
    const atMs = Number(row.time);
    sink.action({ kind, listing: listing?.id ?? null, symbol: row.instrument, quantity, text, atMs });
  };
  const stop = keepPrivateSocket({
    transport: context.transport,
    clock,
    random: context.random,
    url: () => Promise.resolve(urlAt('kraken', context.entity, STREAM)),
    opened,
    message: (body, text, line) => {
      if (heartbeatSchema.safeParse(body).success || event(body, line)) return;
      if (!feedFrame(body)) sink.unreadable(text.slice(0, 200));
      const feed = isObject(body) ? body.feed : undefined;
      if (typeof feed === 'string' && awaited.delete(feed) && awaited.size === 0) {
        isLive = true;
        line.live();
        heardAtMs = clock.wallMs();
      } else if (isLive) heardAtMs = clock.wallMs();
    },
    // JSON pings are refused.
    ping: { everyMs: PING_MS, text: null },
    silenceMs: SILENCE_MS,
    loginMs: LOGIN_MS,
    heard: () => sink.heard(),
    state: (state, reason) => {
      if (state !== 'live') {
        isLive = false;
        positions.clear();
      }
      sink.stream(state, reason);
    },
  });
  return { stop, positions };
}
