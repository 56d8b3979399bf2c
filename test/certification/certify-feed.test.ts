import { expect, test, vi } from 'vitest';
import { orderBook } from '#main/app/decode';
import { runUntil } from '#main/app/virtual-run';
import { certifyFeed } from '#main/certification/certify-feed';
import { certificationText } from '#main/certification/matrix';
import type { Subject } from '#main/certification/subject';
import { InProcessTransport } from '#main/practice/in-process';
import { createPracticeWorld } from '#main/practice/practice';
import { BUILT_FEEDS, protocolOf } from '#main/venues/feeds';
import { CERTIFICATION_CHECKS, type CheckResult, PUBLIC_CHECKS, verdictOf } from '#shared/domain/certification';
import { FEEDS, type FeedId, productOf } from '#shared/domain/ids';
import type { FaultName } from '#shared/domain/practice';
import { SeededRandom } from '#shared/kernel/random';
import type { ClientSocket, Transport } from '#shared/kernel/transport';
import { VirtualClock } from '#shared/kernel/virtual-clock';

// Minutes of virtual time over a whole venue: slow on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

const START_MS = Date.UTC(2026, 0, 5);
const TIMES = { booksMs: 8_000, streamMs: 5_000, patienceMs: 15_000, recoveryMs: 15_000 };

type Results = Readonly<Partial<Record<(typeof PUBLIC_CHECKS)[number], CheckResult>>>;

interface Options {
  /** Switched on before anything begins. */
  readonly fault?: FaultName;
  readonly provoked?: boolean;
  readonly cancelAfterMs?: number;
  /** Changes what arrives. */
  readonly through?: (inner: Transport) => Transport;
}

/** One feed of a practice world put through its checks in virtual time. */
async function certified(feed: FeedId, options: Options = {}): Promise<Results> {
  const clock = new VirtualClock(START_MS);
  const random = new SeededRandom(5);
  const world = createPracticeWorld({ seed: 5, clock, world: 'synthetic' });
  const inner = new InProcessTransport({ clock, servers: world.servers, random: random.fork('network') });
  const transport = options.through?.(inner) ?? inner;
  const apply = (fault: FaultName, on: boolean) => {
    const applied = world.faults.apply({ feed, fault, on });
    return applied.ok ? null : applied.error;
  };
  if (options.fault !== undefined) expect(apply(options.fault, true)).toBeNull();
  world.start();
  const subject: Subject = {
    protocol: protocolOf(feed),
    transport,
    clock,
    random: random.fork('certify'),
    bases: ['BTC', 'ETH'],
    makeBook: orderBook,
    provoke: options.provoked === false ? null : apply,
    times: TIMES,
    cancelled: () => clock.wallMs() - START_MS >= (options.cancelAfterMs ?? Number.POSITIVE_INFINITY),
  };
  let results: Results | null = null;
  const told: string[] = [];
  void certifyFeed(subject, (check) => told.push(check)).then((done) => {
    results = done;
  });
  for (let seconds = 0; results === null && seconds < 240; seconds += 1) await runUntil(clock, clock.wallMs() + 1_000);
  world.stop();
  if (results === null) throw new Error('the checks did not end');
  expect([...told].sort()).toEqual([...PUBLIC_CHECKS].sort());
  return results;
}

const statuses = (results: Results) =>
  Object.fromEntries(Object.entries(results).map(([check, { status }]) => [check, status]));

test.for(BUILT_FEEDS)('%s passes every check on its practice venue', async (feed) => {
  const results = await certified(feed);
  const checksums: readonly FeedId[] = ['kraken:spot', 'okx:spot', 'okx:perp'];
  const supported = PUBLIC_CHECKS.filter(
    (check) =>
      (check !== 'funding' || productOf(feed) === 'perp') && (check !== 'checksum' || checksums.includes(feed)),
  );
  const text = Object.entries(results).map(([check, { status, detail }]) => `${check} ${status} ${detail}`);
  expect(
    PUBLIC_CHECKS.filter((check) => results[check]?.status === 'PASS'),
    text.join('\n'),
  ).toEqual(supported);
  expect(verdictOf({ [feed]: results }, [feed])).toBe('PASS');
  expect(results['book-stream']?.detail).toMatch(
    /^\d+ updates in 5 s, lag p50 \d+ ms, p99 \d+ ms; equal to a fresh snapshot at \d+ of \d+ moments$/,
  );
});

test('without faults to provoke it judges by what it sees, and says what it could not try', async () => {
  const results = await certified('bybit:perp', { provoked: false });
  expect(results.sequence).toMatchObject({
    status: 'PASS',
    detail: expect.stringMatching(/^numbers grew \d+ times, 0 gaps$/),
  });
  expect(results['rate-limit']?.status).toBe('NOT SUPPORTED');
});

test('a venue whose REST side is down fails at once, and the rest says why it was not tried', async () => {
  const results = await certified('bybit:spot', { fault: 'server-errors' });
  expect(results.catalogue?.status).toBe('FAIL');
  expect(results.catalogue?.detail).toContain('502');
  expect(results['server-time']).toMatchObject({ status: 'PASS' });
  expect(results['book-stream']).toEqual({
    status: 'FAIL',
    ms: null,
    detail: 'not tried: the catalogue could not be read',
  });
  expect(verdictOf({ 'bybit:spot': results }, ['bybit:spot'])).toBe('FAIL');
});

test('data that never comes, refused subscriptions and a wrong clock each fail their own check', async () => {
  const silent = await certified('bybit:spot', { fault: 'heartbeats-only' });
  expect(statuses(silent)).toMatchObject({ catalogue: 'PASS', candles: 'PASS', 'book-snapshot': 'FAIL' });
  expect(silent['book-snapshot']?.detail).toMatch(/^no book of .*BTC-USDT.* within 8 s$/);
  const refused = await certified('bybit:spot', { fault: 'refuse-subscriptions' });
  expect(refused['book-snapshot']?.status).toBe('FAIL');
});

test('a book that differs from a fresh snapshot fails the stream check', async () => {
  // From the second socket on, the venue tells other sizes than on the first.
  let sockets = 0;
  const through = (inner: Transport): Transport => ({
    request: (request) => inner.request(request),
    openSocket: (url, events): ClientSocket => {
      sockets += 1;
      if (sockets === 1) return inner.openSocket(url, events);
      // Every size but a deletion gets one more digit.
      const wrong = (data: Uint8Array) =>
        Buffer.from(
          Buffer.from(data)
            .toString('utf8')
            .replace(/(\["[\d.]+","(?!0")[\d.]+)"\]/g, '$17"]'),
        );
      return inner.openSocket(url, { ...events, message: (data) => events.message(wrong(data)) });
    },
  });
  const results = await certified('bybit:spot', { through });
  expect(results['book-stream']?.status).toBe('FAIL');
  expect(results['book-stream']?.detail).toMatch(/^equal to a fresh snapshot at 0 of \d+ moments$/);
});

test('cancelled in the middle it ends soon and says so', async () => {
  const results = await certified('bybit:spot', { cancelAfterMs: 3_000 });
  expect(results.catalogue?.status).toBe('PASS');
  expect(results['rate-limit']?.detail).toBe('not tried: cancelled');
});

test('the matrix has a row a check, a column a feed, and a reason for all that did not pass', () => {
  const pass: CheckResult = { status: 'PASS', ms: 12, detail: 'fine' };
  const none: CheckResult = { status: 'NOT SUPPORTED', ms: null, detail: 'spot pays no funding' };
  const text = certificationText({
    verdict: 'PARTIAL',
    venues: 'live',
    halves: ['public'],
    startedAtMs: 0,
    tookMs: 12_345,
    version: '1',
    feeds: {
      'okx:spot': { catalogue: pass, funding: none },
      'kraken:spot': { catalogue: pass },
      'okx:perp': { catalogue: { status: 'FAIL', ms: 80_000, detail: `HTTP 451 ${'because '.repeat(20)}` } },
    },
  });
  const lines = text.split('\n');
  expect(lines[0]).toMatch(/^ +okx:spot +kraken:spot$/);
  expect(lines.find((line) => line.startsWith('catalogue'))).toMatch(/PASS 12 ms +PASS 12 ms$/);
  expect(lines.findLast((line) => line.startsWith('catalogue'))).toMatch(/ FAIL 80\.0 s$/);
  expect(lines.find((line) => line.startsWith('funding'))).toMatch(/NOT SUPPORTED +-$/);
  expect(text).toContain('FAIL          okx:perp catalogue: HTTP 451');
  expect(text).toContain('okx:spot funding: spot pays no funding');
  expect(lines.some((line) => line.startsWith('authentication'))).toBe(false);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  expect(lines.at(-1)).toBe('PARTIAL: 3 feeds, public half, live venues, 12.3 s');
});

test('both halves of ten feeds fit in 100 columns, a half apart from the other', () => {
  const results = Object.fromEntries(
    CERTIFICATION_CHECKS.map((check) => [
      check,
      { status: 'NOT SUPPORTED' as const, ms: null, detail: 'it is not had' },
    ]),
  );
  const text = certificationText({
    verdict: 'PASS',
    venues: 'practice',
    halves: ['public', 'private'],
    startedAtMs: 0,
    tookMs: 1,
    version: '1',
    feeds: Object.fromEntries(FEEDS.map((feed) => [feed, results])),
  });
  const lines = text.split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  const first = lines.findIndex((line) => line.startsWith('authentication'));
  expect(lines[first - 1]).toBe('');
  expect(lines.filter((line) => line.startsWith('closed-out'))).toHaveLength(2);
});
