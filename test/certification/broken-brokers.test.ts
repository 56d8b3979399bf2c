import { expect, test, vi } from 'vitest';
import type { BrokerEvent, Journaled, VenueAccountBroker } from '#engine/ports';
import type { CertificationCheck } from '#shared/domain/certification';
import type { FeedId } from '#shared/domain/ids';
import { ok } from '#shared/kernel/result';
import { certifiedOrders, openAt } from './order-rig.ts';

// Minutes of virtual time over a whole venue: slow on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

/** A broker of which some calls are done otherwise. */
function but(inner: VenueAccountBroker, changes: Partial<VenueAccountBroker>): VenueAccountBroker {
  return new Proxy(inner, {
    get: (target, name) => {
      const changed = Reflect.get(changes, name);
      if (changed !== undefined) return changed;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const sends = (inner: VenueAccountBroker, change: (order: Journaled) => Journaled) =>
  but(inner, { submit: (order) => inner.submit(change(order)) });
const tells = (inner: VenueAccountBroker, change: (event: BrokerEvent) => readonly BrokerEvent[]) =>
  but(inner, { onEvent: (listener) => inner.onEvent((event) => change(event).forEach(listener)) });

type Broken = readonly [
  what: string,
  feed: FeedId,
  check: CertificationCheck,
  words: RegExp,
  broker: (inner: VenueAccountBroker) => VenueAccountBroker,
];

const BROKEN: readonly Broken[] = [
  [
    'rounds what the catalogue refuses',
    'bybit:perp',
    'precision-refusals',
    /CATALOGUE_TICK/,
    (inner) => sends(inner, (order) => ({ ...order, price: order.price.replace(/\.\d\d$/, '') })),
  ],
  [
    'never tells of an execution',
    'bybit:perp',
    'market-path',
    /0 of [\d.]+ was told as filled/,
    (inner) => tells(inner, (event) => (event.kind === 'fill' ? [] : [event])),
  ],
  [
    'lets a post-only order take',
    'bybit:perp',
    'post-only',
    /took|rests/,
    (inner) => sends(inner, (order) => (order.kind === 'post-only' ? { ...order, kind: 'limit' } : order)),
  ],
  [
    'lets the rest of an IOC rest',
    'bybit:perp',
    'ioc',
    /rests: it is open/,
    (inner) => sends(inner, (order) => (order.kind === 'ioc' ? { ...order, kind: 'limit' } : order)),
  ],
  [
    'forgets that an order may only reduce',
    'bybit:perp',
    'reduce-only',
    /became a short/,
    (inner) =>
      sends(inner, ({ reduceOnly: _dropped, ...order }) =>
        order.purpose === 'unwind' ? order : { ...order, ...(_dropped === undefined ? {} : { reduceOnly: _dropped }) },
      ),
  ],
  [
    'tells of a stop that is not there',
    'bybit:perp',
    'resident-stop',
    /is unknown|is absent/,
    (inner) =>
      but(inner, {
        submit: (order) =>
          order.kind === 'stop-loss'
            ? Promise.resolve({ kind: 'accepted', venueOrderId: 'nothing' })
            : inner.submit(order),
      }),
  ],
  [
    'watches another price than it was told to',
    'bybit:perp',
    'resident-stop',
    /by the last price: the venue watches mark/,
    (inner) =>
      sends(inner, (order) =>
        order.trigger === undefined ? order : { ...order, trigger: { ...order.trigger, by: 'mark' } },
      ),
  ],
  [
    'takes what it does not see for absent',
    'bybit:perp',
    'client-id-query',
    /could still be created is absent/,
    (inner) =>
      but(inner, {
        query: async (id, listing, createBeforeMs) => {
          const answer = await inner.query(id, listing, createBeforeMs);
          return answer.kind === 'unknown' ? { kind: 'absent' } : answer;
        },
      }),
  ],
  [
    'tells every cancel as done',
    'bybit:perp',
    'cancel-idempotent',
    /second cancel was cancelled/,
    (inner) =>
      but(inner, {
        cancel: async (id, listing) => {
          const answer = await inner.cancel(id, listing);
          return answer === 'gone' ? 'cancelled' : answer;
        },
      }),
  ],
  [
    'tells executions twice',
    'bybit:perp',
    'fills-deduplicated',
    /told twice/,
    (inner) => tells(inner, (event) => (event.kind === 'fill' ? [event, event] : [event])),
  ],
  [
    'leaves out what happened from its history',
    'bybit:perp',
    'fills-deduplicated',
    /told and not in the history/,
    (inner) =>
      but(inner, {
        fillsSince: async (...asked) => {
          const answer = await inner.fillsSince(...asked);
          return answer.ok ? ok(answer.value.slice(1)) : answer;
        },
      }),
  ],
  [
    'arms a dead-man in words only',
    'kraken:perp',
    'dead-man',
    /left alone for 30 s it did nothing/,
    (inner) => but(inner, { deadMan: () => Promise.resolve(ok(undefined)) }),
  ],
  [
    'arms a dead-man that its venue does not have',
    'bybit:spot',
    'dead-man',
    /none to arm, and one was told as armed/,
    (inner) => but(inner, { deadMan: () => Promise.resolve(ok(undefined)) }),
  ],
  [
    'lets a stop out that its venue cannot hold',
    'bybit:spot',
    'resident-stop',
    /left all the same/,
    (inner) =>
      // At the market instead of waiting for it.
      sends(inner, ({ trigger, ...order }) =>
        trigger === undefined
          ? order
          : { ...order, kind: 'limit', price: String(Math.ceil(Number(trigger.price) / 0.95)) },
      ),
  ],
  [
    'takes a server’s error for a yes',
    'bybit:perp',
    'transient-fault',
    /told as accepted/,
    (inner) =>
      but(inner, {
        submit: async (order) => {
          const answer = await inner.submit(order);
          return answer.kind === 'in-doubt' ? { kind: 'accepted', venueOrderId: 'guessed' } : answer;
        },
      }),
  ],
];

test.for(BROKEN)('a broker that %s fails on %s at %s', async ([, feed, check, words, broker]) => {
  const { results, account } = await certifiedOrders(feed, { broker, stopAfter: check });
  expect(results[check]?.status, results[check]?.detail).toBe('FAIL');
  expect(results[check]?.detail).toMatch(words);
  expect(openAt(account, feed)).toEqual([]);
});
