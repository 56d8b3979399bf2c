import type { FrameTarget } from '../../kit/decoder.ts';
import type { JsonObject } from '../../kit/json.ts';
import { eventSchema } from './messages.ts';

/** Answers to requests, greetings and alerts: everything that carries an `event`. It echoes no ids. */
export function readEvent(message: JsonObject, frame: Uint8Array, out: FrameTarget): void {
  const parsed = eventSchema.safeParse(message);
  if (!parsed.success) {
    out.faulted('bad-shape', null, frame);
    return;
  }
  const { event, message: words = '', product_ids: products = [] } = parsed.data;
  switch (event) {
    case 'subscribed':
      out.accepted(null);
      return;
    case 'info':
    case 'unsubscribed':
    case 'unsubscribed_failed':
      out.idle('ack');
      return;
    case 'subscribed_failed':
      for (const product of products.length === 0 ? [null] : products) out.refused(null, product, words || event);
      return;
    case 'alert':
    case 'error':
      readAlert(words, out);
      return;
    default:
      out.faulted('bad-shape', null, frame);
  }
}

function readAlert(words: string, out: FrameTarget): void {
  // The subscription stands, and its snapshot comes again.
  if (words.startsWith('Already subscribed')) out.accepted(null);
  // Nobody says when it is back, nor what was missed meanwhile.
  else if (words.startsWith('Trading engine unavailable')) out.broken(words);
  // "Couldn't subscribe to invalid product `PF_NOPE`"
  else out.refused(null, /`([^`]+)`/.exec(words)?.[1] ?? null, words.slice(0, 200));
}
