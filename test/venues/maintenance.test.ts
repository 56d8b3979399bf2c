import { describe, expect, it } from 'vitest';
import { protocolOf } from '#main/venues/feeds';
import type { Announced } from '#main/venues/kit/maintenance';
import type { FeedId } from '#shared/domain/ids';

/** What a feed reads out of parsed answers. */
function read(feed: FeedId, ...bodies: readonly unknown[]): readonly Announced[] {
  const source = protocolOf(feed).maintenance;
  if (source.kind === 'none') throw new Error(`${feed} announces nothing`);
  return source.kind === 'polled' ? source.read(bodies) : source.read(bodies[0]);
}
const ids = (announced: readonly Announced[]) => announced.map(({ id }) => id);

const FROM_MS = Date.UTC(2026, 9, 5, 9);
const TO_MS = FROM_MS + 3_600_000;

describe('[MD-8] Bybit', () => {
  const row = (more: object = {}) => ({
    id: '4d95b2a0-587f-11f0-bcc9-56f28c94d6ea',
    title: 'Trading system upgrade',
    state: 'scheduled',
    begin: String(FROM_MS),
    end: String(TO_MS),
    href: '',
    serviceTypes: [1, 2, 3, 4, 5],
    product: [1, 2, 3, 4],
    uidSuffix: [],
    maintainType: 1,
    env: 1,
    ...more,
  });
  const answer = (...list: readonly object[]) => ({
    retCode: 0,
    retMsg: '',
    result: { list },
    retExtInfo: {},
    time: 1,
  });

  it('what is scheduled and what is going on, overlapping ones all', () => {
    const rows = [row(), row({ id: 'b', state: 'ongoing', begin: String(FROM_MS - 60_000), title: 'Incident' })];
    expect(read('bybit:spot', answer(...rows))).toEqual([
      { id: row().id, title: 'Trading system upgrade', fromMs: FROM_MS, toMs: TO_MS, state: 'announced' },
      { id: 'b', title: 'Incident', fromMs: FROM_MS - 60_000, toMs: TO_MS, state: 'under-way' },
    ]);
  });

  it('what is completed or called off is nothing to come; neither is the demo, nor another product or service', () => {
    const over = [row({ state: 'completed' }), row({ state: 'canceled' }), row({ env: 2 })];
    expect(read('bybit:spot', answer(...over))).toEqual([]);
    const futures = row({ product: [1] });
    expect([ids(read('bybit:spot', answer(futures))), ids(read('bybit:perp', answer(futures)))]).toEqual([
      [],
      [futures.id],
    ]);
    // Trading by WebSocket alone is not how orders are sent.
    expect(read('bybit:spot', answer(row({ serviceTypes: [3] })))).toEqual([]);
    expect(read('bybit:spot', answer(row({ serviceTypes: [], product: [] })))).toHaveLength(1);
  });

  it('an open end, numbers as digits, and a window for some accounts only', () => {
    expect(read('bybit:perp', answer(row({ end: '', env: '1', uidSuffix: [3] })))[0]).toMatchObject({ toMs: null });
  });

  it.each([
    [{ retCode: 10006, retMsg: 'Too many visits!', result: {} }],
    [answer(row({ state: 'postponed' }))],
    [answer(row({ begin: '' }))],
    // Seconds and microseconds: windows of 1970 and of a far future.
    [answer(row({ begin: String(FROM_MS / 1000), end: String(TO_MS / 1000) }))],
    [answer(row({ begin: String(FROM_MS * 1000), end: '' }))],
    [answer(row({ product: 'spot' }))],
    [{}],
    [null],
    ['down for maintenance'],
  ])('%j is not read as “no maintenance”', (body) => {
    expect(() => read('bybit:spot', body)).toThrow();
  });
});

describe('[MD-8] OKX', () => {
  const event = (more: object = {}) => ({
    begin: String(FROM_MS),
    end: String(TO_MS),
    env: '1',
    href: '',
    maintType: '1',
    preOpenBegin: '',
    scheDesc: '',
    serviceType: '5',
    state: 'scheduled',
    system: 'unified',
    title: 'Trading account system upgrade (in batches of accounts)',
    ...more,
  });
  const answer = (...data: readonly object[]) => ({ code: '0', msg: '', data });

  it.each(['okx:spot', 'okx:perp'] as const)(
    '%s: scheduled, ongoing and pre-open, of the services it needs',
    (feed) => {
      const rows = [
        event(),
        event({ serviceType: '0', state: 'ongoing' }),
        event({ serviceType: '9', state: 'pre_open', end: '' }),
      ];
      const read_ = read(feed, answer(...rows));
      expect(read_.map(({ state }) => state)).toEqual(['announced', 'under-way', 'under-way']);
      expect(read_.map(({ toMs }) => toMs)).toEqual([TO_MS, TO_MS, null]);
      expect(new Set(ids(read_)).size).toBe(3);
    },
  );

  it('what is over, called off, of the demo, or of copy trading is none of ours', () => {
    const others = [
      event({ state: 'completed' }),
      event({ state: 'canceled' }),
      event({ env: '2' }),
      event({ serviceType: '11' }),
      event({ serviceType: '99' }),
    ];
    expect(read('okx:spot', answer(...others))).toEqual([]);
  });

  it.each([
    [{ code: '50011', msg: 'Too Many Requests', data: [] }],
    [answer(event({ state: 'soon' }))],
    [answer(event({ begin: String(FROM_MS / 1000), end: String(TO_MS / 1000) }))],
    [[]],
  ])('%j is not read as “no maintenance”', (body) => {
    expect(() => read('okx:spot', body)).toThrow();
  });
});

describe('[MD-8] Kraken', () => {
  const event = (more: object = {}) => ({
    event_id: 33,
    title: 'Order Entry System Maintenance',
    expected_start_utc: '2026-10-05T09:00:00.000000Z',
    expected_end_utc: '2026-10-05T10:00:00.000000Z',
    time_to_start_s: 129689,
    phase: 'announced',
    affected_services: ['spot_trading', 'spot_fix', 'spot_ws'],
    order_submission: 'allowed',
    recommended_action: 'continue',
    cancel_before_utc: '2026-10-05T08:55:00.000000Z',
    source_url: 'https://stspg.io/1w11k0cnnv3j',
    ...more,
  });
  const answer = (...events: readonly object[]) => ({ error: [], result: { events } });

  it('an event of spot is one for spot, not for Futures, and the other way round', () => {
    const spot = event();
    const futures = event({ event_id: 34, affected_services: ['futures_rest', 'futures_trading'] });
    expect(read('kraken:spot', answer(spot, futures))).toEqual([
      { id: '33', title: 'Order Entry System Maintenance', fromMs: FROM_MS, toMs: TO_MS, state: 'announced' },
    ]);
    expect(ids(read('kraken:perp', answer(spot, futures)))).toEqual(['34']);
  });

  it('`all`, `unspecified`, words nobody knows and no words at all concern both; FIX alone neither', () => {
    for (const services of [['all'], ['unspecified'], ['settlement'], []]) {
      for (const feed of ['kraken:spot', 'kraken:perp'] as const) {
        expect(read(feed, answer(event({ affected_services: services }))), `${feed} ${services}`).toHaveLength(1);
      }
    }
    expect(read('kraken:spot', answer(event({ affected_services: ['spot_fix'] })))).toEqual([]);
  });

  it('an end that is not known yet is open', () => {
    expect(read('kraken:spot', answer(event({ expected_end_utc: null })))[0]?.toMs).toBeNull();
    const { expected_end_utc: _, ...unended } = event();
    expect(read('kraken:spot', answer(unended))[0]?.toMs).toBeNull();
  });

  it.each([
    [{ error: ['EService:Unavailable'] }],
    [answer(event({ expected_start_utc: 'tomorrow' }))],
    [answer(event({ affected_services: 'spot_trading' }))],
    [{ error: [], result: { status: 'online' } }],
  ])('%j is not read as “no maintenance”', (body) => {
    expect(() => read('kraken:spot', body)).toThrow();
  });
});

describe('[MD-8] Coinbase, the status page of its exchange', () => {
  const entry = (more: object = {}) => ({
    id: 'w1z2x3c4v5b6',
    name: 'Coinbase Exchange system upgrade',
    status: 'scheduled',
    created_at: '2026-10-01T08:00:00.000-07:00',
    impact: 'maintenance',
    shortlink: 'https://stspg.io/w1z2x3c4v5b6',
    components: [{ id: 'c1', name: 'Trading', status: 'operational' }],
    scheduled_for: '2026-10-05T02:00:00.000-07:00',
    scheduled_until: '2026-10-05T03:00:00.000-07:00',
    ...more,
  });
  const page = (...rows: readonly object[]) => ({ page: { id: 'bklmvp2c52bl' }, scheduled_maintenances: rows });

  it('what is upcoming and what is active, each once although it may be on both lists', () => {
    const begun = entry({ status: 'in_progress' });
    const other = entry({ id: 'other', status: 'verifying', scheduled_until: null });
    expect(read('coinbase:spot', page(entry()), page(begun, other))).toEqual([
      { id: entry().id, title: entry().name, fromMs: FROM_MS, toMs: TO_MS, state: 'under-way' },
      { id: 'other', title: entry().name, fromMs: FROM_MS, toMs: null, state: 'under-way' },
    ]);
  });

  it('what is over, and what only says when a coin can be sent again, is left out', () => {
    const coin = { name: 'Mina network upgrade', components: [{ name: 'MINA - sends and receives' }] };
    expect(read('coinbase:spot', page(entry({ status: 'completed' }), entry(coin)), page())).toEqual([]);
    expect(read('coinbase:spot', page(entry({ ...coin, components: [] })), page())).toHaveLength(1);
    expect(read('coinbase:spot', page(entry({ ...coin, name: 'Order entry pauses for MINA' })), page())).toHaveLength(
      1,
    );
  });

  it.each([
    [page(entry({ scheduled_for: 'soon' }))],
    [page(entry({ status: 'postponed' }))],
    [{ incidents: [] }],
    ['<html>'],
  ])('%j is not read as “no maintenance”', (body) => {
    expect(() => read('coinbase:spot', body, page())).toThrow();
    expect(() => read('coinbase:spot', page(), body)).toThrow();
  });
});

it.each(['binance:spot', 'binance:perp', 'coinbase:perp'] as const)(
  '[MD-8] %s says that nothing is announced in a form that can be read',
  (feed) => {
    expect(protocolOf(feed).maintenance).toMatchObject({ kind: 'none', why: expect.stringMatching(/announces/) });
  },
);

it('[MD-8] Binance’s system status tells only what is so now', () => {
  const status = protocolOf('binance:spot').venueStatus;
  expect(status?.read({ status: 0, msg: 'normal' }, 0)).toBe('normal');
  expect(status?.read({ status: 1, msg: 'system_maintenance' }, 0)).toBe('maintenance');
  expect(() => status?.read({ status: 2 }, 0)).toThrow();
  expect(protocolOf('binance:perp').venueStatus).toBeUndefined();
});
