import type { Message } from '../message.ts';
import { stringAt, strings } from '../message.ts';

export const FEEDS = ['book', 'trade', 'ticker'] as const;
export type Feed = (typeof FEEDS)[number];

/** A request as it is served; `products` is `null` for the heartbeat, which is of none. */
export interface Asked {
  readonly event: 'subscribe' | 'unsubscribe';
  readonly feed: Feed | 'heartbeat';
  readonly products: readonly string[] | null;
}

/** The request, or what the venue says against it. It takes pings of the protocol only. */
export function readRequest(message: Message | null): Asked | string {
  const event = message === null ? undefined : stringAt(message, 'event');
  if (message === null || (event !== 'subscribe' && event !== 'unsubscribe')) return 'Bad websocket message';
  const name = stringAt(message, 'feed');
  if (name === 'heartbeat') return { event, feed: name, products: null };
  const feed = FEEDS.find((one) => one === name);
  const products = strings(message.product_ids);
  if (feed === undefined || products === null || products.length === 0) return 'Bad request';
  return { event, feed, products };
}
