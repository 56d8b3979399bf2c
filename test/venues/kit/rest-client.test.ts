import { expect, it } from 'vitest';
import { MOST_AT_ONCE, RestClient } from '#main/venues/kit/rest-client';
import { SeededRandom } from '#shared/kernel/random';
import { type HttpRequest, type HttpResponse, TransportError } from '#shared/kernel/transport';
import { VirtualClock } from '#shared/kernel/virtual-clock';

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

function client(budgetPerMinute: number, answer: (request: HttpRequest) => HttpResponse) {
  const clock = new VirtualClock(0);
  const asked: number[] = [];
  const calls: string[] = [];
  const rest = new RestClient({
    transport: {
      openSocket: () => {
        throw new Error('no sockets here');
      },
      request: async (request) => {
        asked.push(clock.monoMs());
        return answer(request);
      },
    },
    clock,
    random: new SeededRandom(3),
    feed: 'kraken:spot',
    baseUrl: 'https://venue.example',
    budgetPerMinute,
    report: (_feed, endpoint, _ms, outcome) => calls.push(`${endpoint} ${outcome}`),
  });
  return { clock, asked, calls, rest };
}

const fine: HttpResponse = { status: 200, headers: {}, body: '{}' };

it('keeps within its budget of weight a minute', async () => {
  const { clock, asked, rest } = client(60, () => fine);
  for (let i = 0; i < 100; i += 1) void rest.get('depth', '/depth', 2, 1_000);
  await clock.runUntil(120_000, settle);
  expect(asked.length).toBeLessThanOrEqual(60 / 2 + 60);
  expect(asked.length).toBeGreaterThan(80);
  for (const from of asked) {
    expect(asked.filter((at) => at >= from && at < from + 60_000).length).toBeLessThanOrEqual(61);
  }
});

it('[VH-1] tells timeouts, errors and limits apart', async () => {
  const answers: (() => HttpResponse)[] = [
    () => fine,
    () => {
      throw new TransportError('cut in the middle');
    },
    () => ({ ...fine, status: 503, body: '<html>' }),
    () => ({ ...fine, status: 418, headers: { 'retry-after': '30' } }),
    () => fine,
  ];
  const { clock, asked, calls, rest } = client(6_000, () => (answers.shift() ?? (() => fine))());
  const results: (string | boolean)[] = [];
  const ask = async () => {
    const result = await rest.get('time', '/time', 1, 1_000);
    results.push(result.ok || result.error.kind);
  };
  const all = (async () => {
    for (let i = 0; i < 5; i += 1) await ask();
  })();
  await clock.runUntil(60_000, settle);
  await all;
  expect(results).toEqual([true, 'timeout', 'error', 'rate-limited', true]);
  expect(calls).toEqual(['time ok', 'time timeout', 'time error', 'time rate-limited', 'time ok']);
  expect((asked[4] ?? 0) - (asked[3] ?? 0)).toBeGreaterThanOrEqual(30_000);
});

it('pauses longer each time a venue limits it without saying for how long', async () => {
  const { clock, asked, rest } = client(6_000, () => ({ ...fine, status: 429 }));
  const all = (async () => {
    for (let i = 0; i < 12; i += 1) await rest.get('time', '/time', 1, 1_000);
  })();
  await clock.runUntil(1_200_000, settle);
  await all;
  const pauses = asked.slice(1).map((at, index) => at - (asked[index] ?? 0));
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(1_000);
  expect(Math.max(...pauses)).toBeGreaterThan(20_000);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(61_100);
});

it('sends no call that nobody waits for any more when its turn comes, and none once stopped', async () => {
  const { clock, asked, calls, rest } = client(60, () => fine);
  const results: (string | boolean)[] = [];
  const ask = async (wanted?: () => boolean) => {
    const result = await rest.get('depth', '/depth', 30, 1_000, wanted);
    results.push(result.ok || result.error.message);
  };
  let wanted = true;
  for (let i = 0; i < 4; i += 1) void ask(() => wanted);
  await clock.runUntil(1_000, settle);
  expect(asked.length).toBe(2);
  wanted = false;
  void ask();
  await clock.runUntil(60_000, settle);
  expect(asked.length).toBe(3);
  expect(results).toEqual([true, true, 'not wanted any more', 'not wanted any more', true]);
  // There is room for one of them before the stop.
  void ask();
  void ask();
  void ask();
  rest.stop();
  await clock.runUntil(300_000, settle);
  expect(asked.length).toBe(4);
  expect(calls.length).toBe(4);
});

it('[EX-7] asks a slow venue so many questions at once and no more; a freed place is used by whoever still wants one', async () => {
  const clock = new VirtualClock(0);
  const out: (() => void)[] = [];
  const rest = new RestClient({
    transport: {
      openSocket: () => {
        throw new Error('no sockets here');
      },
      request: () => new Promise((resolve) => out.push(() => resolve(fine))),
    },
    clock,
    random: new SeededRandom(3),
    feed: 'binance:spot',
    baseUrl: 'https://venue.example',
    budgetPerMinute: 6_000,
    report: () => undefined,
  });
  let answered = 0;
  const wanted = new Set(Array.from({ length: 100 }, (_, index) => index));
  const all = [...wanted].map((index) =>
    rest
      .get('depth', '/depth', 1, 5_000, () => wanted.has(index))
      .then((answer) => {
        if (answer.ok) answered += 1;
      }),
  );
  await settle();
  expect(out).toHaveLength(MOST_AT_ONCE);
  // Those that wait next are wanted no more: the places go to the ones behind them.
  for (let index = MOST_AT_ONCE; index < 90; index += 1) wanted.delete(index);
  for (let asked = 0; asked < out.length; asked += 1) {
    out[asked]?.();
    await settle();
    expect(out.length - asked - 1).toBeLessThanOrEqual(MOST_AT_ONCE);
  }
  await Promise.all(all);
  expect([out.length, answered]).toEqual([MOST_AT_ONCE + 10, MOST_AT_ONCE + 10]);
});

it('answers those that wait for a place when it is stopped', async () => {
  const { rest, asked } = client(6_000, () => fine);
  const all = Array.from({ length: MOST_AT_ONCE + 5 }, () => rest.get('depth', '/depth', 1, 5_000));
  rest.stop();
  const answers = await Promise.all(all);
  expect(answers.filter(({ ok }) => !ok)).toHaveLength(5);
  expect(asked).toHaveLength(MOST_AT_ONCE);
});
