import type { KeyName, OrderSubject } from '#main/certification/orders/order-subject';
import type { PracticeKey } from '#main/practice/exchange/types';
import type { PracticeWorld } from '#main/practice/practice';
import { keyKindOf } from '#shared/domain/credentials';
import { type FeedId, venueOf } from '#shared/domain/ids';
import { credentialsOf } from './practice-keys.ts';

const NAMES: Readonly<Record<KeyName, string>> = {
  own: 'trading',
  'wrong-secret': 'trading',
  'read-only': 'read-only',
  withdrawal: 'withdrawal',
};

/** The practice keys of a feed, and what its venue itself holds of their orders. */
export function practiceOrders(
  world: PracticeWorld,
  feed: FeedId,
): Pick<OrderSubject, 'entity' | 'credentials' | 'witness' | 'consent'> {
  const kind = keyKindOf(feed);
  const keyOf = (name: string): PracticeKey | undefined =>
    world.exchange(venueOf(feed)).keys.find((key) => key.kind === kind && key.name === name);
  return {
    entity: 'global',
    credentials: (name) => {
      const key = keyOf(NAMES[name]);
      if (key === undefined) return undefined;
      if (name !== 'wrong-secret') return credentialsOf(key);
      const other = keyOf('read-only');
      return other === undefined ? undefined : credentialsOf({ ...key, secret: other.secret });
    },
    witness: (clientOrderId) => {
      const { account } = keyOf(NAMES.own) ?? {};
      const all = account?.orders(feed) ?? [];
      const named = all.filter(({ request }) => request.clientOrderId === clientOrderId);
      // OKX names what waits for a trigger apart from its orders: of those the last one is meant.
      const waiting = all.filter(({ state, request }) => state === 'waiting' && request.clientOrderId === null);
      const orders = named.length > 0 ? named : waiting.slice(-1);
      return orders.map(({ state, request, fills }) => ({
        state,
        triggerBy: request.trigger?.by ?? null,
        executions: fills.length,
      }));
    },
    consent: null,
  };
}
