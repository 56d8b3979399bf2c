import { expect, test, vi } from 'vitest';
import type { PracticeWorld } from '#main/practice/practice';
import type { CertificationCheck } from '#shared/domain/certification';
import { PRIVATE_CHECKS, verdictOf } from '#shared/domain/certification';
import { FEEDS, type FeedId } from '#shared/domain/ids';
import { decimal } from '#shared/money/decimal';
import { certifiedOrders, notSupported, openAt, protocolOfOrders, statusesOf } from './order-rig.ts';

// Minutes of virtual time over a whole venue: slow on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

test.for(FEEDS)(
  '[EX-9] %s: every check of its orders passes, or is lacking as its capabilities declare',
  async (feed) => {
    const { results, account } = await certifiedOrders(feed);
    const lacking = notSupported(feed);
    const text = Object.entries(results).map(([check, { status, detail }]) => `${check} ${status} ${detail}`);
    expect(
      PRIVATE_CHECKS.filter((check) => results[check]?.status === 'PASS'),
      text.join('\n'),
    ).toEqual(PRIVATE_CHECKS.filter((check) => !lacking.includes(check)));
    for (const check of lacking) {
      const detail = results[check]?.detail ?? '';
      expect(results[check]).toMatchObject({ status: 'NOT SUPPORTED', ms: null });
      expect(Object.values(protocolOfOrders(feed).capabilities.sources), detail).toContain(detail.split(': ').at(-1));
    }
    expect(verdictOf({ [feed]: results }, [feed])).toBe('PASS');
    expect(openAt(account, feed)).toEqual([]);
    expect(account.positions()).toEqual([]);
  },
);

test('the ones lacking are those that the venues document as such', () => {
  const rows = FEEDS.flatMap((feed) => notSupported(feed).map((check) => `${feed} ${check}`));
  expect(rows).toEqual([
    'binance:spot reduce-only',
    'binance:spot dead-man',
    'coinbase:spot reduce-only',
    'coinbase:spot dead-man',
    'bybit:spot reduce-only',
    'bybit:spot resident-stop',
    'bybit:spot dead-man',
    'bybit:perp dead-man',
    'okx:spot reduce-only',
    'kraken:spot reduce-only',
  ]);
});

test('stopped in the middle: what was opened is cancelled and closed, and the rest says that it was not tried', async () => {
  for (const feed of ['okx:perp', 'bybit:spot'] as const) {
    const { results, account } = await certifiedOrders(feed, { stopAfter: 'market-path' });
    expect(results['market-path']?.status).toBe('PASS');
    expect(results['post-only']).toEqual({ status: 'FAIL', ms: null, detail: 'not tried: cancelled' });
    expect(results['closed-out']?.status, results['closed-out']?.detail).toBe('PASS');
    expect(account.fills(feed).map(({ order }) => order.request.side)).toContain('sell');
    expect(openAt(account, feed)).toEqual([]);
    expect(account.positions()).toEqual([]);
  }
});

const unfit: readonly (readonly [string, string])[] = [
  ['read-only', 'The key can only read'],
  ['withdrawal', 'The key can withdraw'],
];
for (const [key, words] of unfit) {
  test(`[AC-1] a ${key} key fails at once with its reason, and nothing is sent`, async () => {
    const { results, account } = await certifiedOrders('bybit:perp', {
      changes: ({ credentials }) => ({
        credentials: (name) => credentials(name === 'own' ? (key as 'withdrawal') : name),
      }),
    });
    expect(results.authentication).toMatchObject({ status: 'FAIL', detail: expect.stringContaining(words) });
    expect(results['market-path']?.detail).toBe('not tried: the account is not ready');
    expect(results['closed-out']?.detail).toBe('nothing was sent');
    expect(account.orders('bybit:perp')).toEqual([]);
  });
}

function bought(world: PracticeWorld, instrument: string, quantity: string): void {
  const [key] = world.exchange('bybit').keys.filter(({ name }) => name === 'trading');
  if (key === undefined) throw new Error('no key');
  const placed = key.account.place({
    market: world.exchange('bybit').market('bybit:perp', instrument),
    side: 'buy',
    type: 'market',
    timeInForce: 'ioc',
    quantity: decimal(quantity),
    quoteAmount: null,
    price: null,
    clientOrderId: null,
    reduceOnly: false,
    trigger: null,
    ocoGroup: null,
    createBeforeMs: null,
    expiresAtMs: null,
    selfTrade: 'cancel-taker',
  });
  if (!placed.ok) throw new Error(placed.error);
}

test('an account that holds a position in the coin is left alone', async () => {
  const first = await certifiedOrders('bybit:perp', {
    changes: (_subject, world) => {
      for (const instrument of ['BTC-USDT-PERP', 'BTC-USDC-PERP']) bought(world, instrument, '0.001');
      return {};
    },
  });
  expect(first.results.authentication).toMatchObject({
    status: 'FAIL',
    detail: expect.stringContaining('a position is open'),
  });
  expect(first.account.positions()).toHaveLength(2);
});

test('[EX-12] what others buy in the same instrument while the checks run is not sold with what they close', async () => {
  let meanwhile = false;
  const { results, account } = await certifiedOrders('bybit:perp', {
    stopAfter: 'market-path',
    changes: (subject, world) => ({
      // The last look at the person's wish before the close-out begins.
      cancelled: () => {
        const stopped = subject.cancelled();
        if (stopped && !meanwhile) {
          meanwhile = true;
          for (const instrument of ['BTC-USDT-PERP', 'BTC-USDC-PERP']) bought(world, instrument, '0.5');
        }
        return stopped;
      },
    }),
  });
  expect(results['closed-out']?.status, results['closed-out']?.detail).toBe('PASS');
  expect(account.positions().map(({ quantity }) => quantity.toFixed())).toEqual(['0.5', '0.5']);
});

interface Asked {
  plan: readonly string[];
  orders: string[];
}

/** Looks like a real venue: nothing can be provoked, nobody but the venue sees its orders, and a person is asked. */
async function asLive(feed: FeedId, allows: (text: string) => boolean, plan = true) {
  const asked: Asked = { plan: [], orders: [] };
  const run = await certifiedOrders(feed, {
    changes: ({ credentials }) => ({
      provoke: null,
      witness: null,
      credentials: (key) => (key === 'own' ? credentials(key) : undefined),
      consent: {
        plan: async (lines) => {
          asked.plan = lines;
          return plan;
        },
        order: async (text) => {
          asked.orders.push(text);
          return allows(text);
        },
      },
    }),
  });
  return { ...run, asked };
}

const PROVOKED: readonly CertificationCheck[] = ['partial-fill', 'order-rate-limit', 'transient-fault'];

test.for(FEEDS)('on real venues a person sees host, orders and cost first, and allows each order: %s', async (feed) => {
  const { results, asked, account } = await asLive(feed, () => true);
  const statuses = statusesOf(results);
  const lacking = [...notSupported(feed), ...PROVOKED];
  expect(
    PRIVATE_CHECKS.filter((check) => statuses[check] !== 'PASS'),
    JSON.stringify(results),
  ).toEqual(PRIVATE_CHECKS.filter((check) => lacking.includes(check)));
  const plan = asked.plan.join('\n');
  expect(plan).toContain(protocolOfOrders(feed).hosts('global')?.[0]);
  expect(plan).toMatch(/at most about [\d.]+ USD/);
  // What closes was allowed with what it closes; everything else was asked for one by one.
  const closing = account.orders(feed).filter(({ request }) => request.side === 'sell').length;
  const sells = asked.orders.filter((text) => text.includes(': sell ')).length;
  expect(closing - sells).toBeGreaterThanOrEqual(1);
  expect(closing - sells).toBeLessThanOrEqual(2);
  expect(openAt(account, feed)).toEqual([]);
  expect(account.positions()).toEqual([]);
});

test('a person who declines the plan, or every order, has sent nothing', async () => {
  const declined = await asLive('kraken:perp', () => true, false);
  expect(declined.asked.orders).toEqual([]);
  expect(declined.results['market-path']?.detail).toBe('not tried: declined by the person');
  expect(declined.account.orders('kraken:perp')).toEqual([]);
  const each = await asLive('kraken:perp', () => false);
  expect(each.asked.orders.length).toBeGreaterThan(5);
  expect(each.results['market-path']?.detail).toBe('declined by the person: market-path');
  expect(each.account.orders('kraken:perp')).toEqual([]);
});
