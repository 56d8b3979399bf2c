import type { Message } from '../message.ts';
import { isRecord, stringAt, strings } from '../message.ts';

export const DEPTHS = [10, 25, 100, 500, 1000] as const;
export type Depth = (typeof DEPTHS)[number];

const CHANNELS = ['book', 'trade', 'instrument'] as const;
type Channel = (typeof CHANNELS)[number];

/** A subscription request as it is served. */
export interface Asked {
  readonly method: 'subscribe' | 'unsubscribe';
  readonly channel: Channel;
  /** One empty name for the instrument channel, which has none. */
  readonly symbols: readonly string[];
  readonly depth: Depth;
  readonly snapshot: boolean;
}

/** The request, or what the venue says against it. */
export function readRequest(request: Message): Asked | string {
  const method = stringAt(request, 'method');
  if (method !== 'subscribe' && method !== 'unsubscribe') return 'Unsupported method';
  const params = request.params;
  if (!isRecord(params)) return 'Params not found';
  const channel = CHANNELS.find((one) => one === params.channel);
  if (channel === undefined) return 'Channel not supported';
  const symbols = channel === 'instrument' ? [''] : strings(params.symbol);
  if (symbols === null || symbols.length === 0) return 'Symbol(s) not found';
  const depth = DEPTHS.find((one) => one === (params.depth ?? 10));
  if (depth === undefined) return 'Subscription depth not supported';
  // The venue's defaults: a snapshot of the book and the instruments, none of the trades.
  const snapshot = typeof params.snapshot === 'boolean' ? params.snapshot : channel !== 'trade';
  return { method, channel, symbols, depth, snapshot };
}
