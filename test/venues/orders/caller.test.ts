import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Budget, SignedCall, Urgency, Verdict } from '#main/venues/orders/adapter';
import { Caller, type CallerOptions } from '#main/venues/orders/caller';
import { Scrubber } from '#main/venues/orders/scrub';
import { SeededRandom } from '#shared/kernel/random';
import { type HttpRequest, type HttpResponse, type Transport, TransportError } from '#shared/kernel/transport';
import { VirtualClock } from '#shared/kernel/virtual-clock';

const START_MS = Date.UTC(2026, 9, 9);
type Reply = HttpResponse | 'lost';
const answer = (status: number, body: unknown = {}, headers: Record<string, string> = {}): HttpResponse => ({
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

/** 429 and 418 are limits with `retry-after`; a body's `error` is sorted by its word. */
const verdict: Verdict = ({ status, body, headers }) => {
  if (status === 420)
    return { kind: 'rate-limit', code: '420', message: 'own', retryAfterMs: 5_000, ownKindOnly: true };
  if (status === 421)
    return { kind: 'rate-limit', code: '421', message: 'history', retryAfterMs: 5_000, ownEndpoints: ['history'] };
  if (status === 429 || status === 418) {
    const seconds = Number(headers['retry-after'] ?? Number.NaN);
    return {
      kind: 'rate-limit',
      code: String(status),
      message: 'limit',
      retryAfterMs: seconds > 0 ? seconds * 1000 : null,
    };
  }
  const error = typeof body === 'object' && body !== null && 'error' in body ? String(body.error) : null;
  if (error === null) return null;
  const kind = error === 'no money' ? 'rejected' : error === 'busy' ? 'transient' : 'in-doubt';
  if (error === 'nonce') return { kind: 'rejected', code: 'NONCE', message: error, retryAfterMs: null, unseen: true };
  return { kind, code: error.toUpperCase(), message: `${error} secret-of-the-key`, retryAfterMs: null };
};

/** A venue whose answers the test writes, 10 ms away. */
class Venue implements Transport {
  readonly clock = new VirtualClock(START_MS);
  readonly sent: {
    readonly endpoint: string;
    readonly atMs: number;
    readonly windowMs: number;
    readonly nonce: number;
  }[] = [];
  readonly calls: string[] = [];
  readonly params: SignedCall['params'][] = [];
  replies: Reply[] = [];
  answerAfterMs = 10;
  caller!: Caller;

  begin(options: Partial<CallerOptions> = {}): Caller {
    this.caller = new Caller({
      signer: (nonce) => ({
        sign: (call, windowMs) => {
          if (call.method === 'unsignable') throw new Error('no key');
          this.params.push(call.params);
          this.sent.push({ endpoint: call.endpoint, atMs: this.clock.monoMs(), windowMs, nonce: nonce() });
          return Promise.resolve({
            method: 'POST',
            url: 'https://venue/x',
            headers: {},
            body: '',
            timeoutMs: call.timeoutMs,
          });
        },
      }),
      verdict,
      budgets: [],
      signingWindowMs: 5_000,
      serial: false,
      transport: this,
      clock: this.clock,
      random: new SeededRandom(5),
      skewMs: () => 0,
      scrubber: new Scrubber({ secret: 'secret-of-the-key' }),
      onCall: (endpoint, milliseconds, outcome) =>
        this.calls.push(`${endpoint} ${outcome} ${Math.round(milliseconds)}`),
      ...options,
    });
    return this.caller;
  }

  openSocket(): never {
    throw new Error('no sockets here');
  }

  onRequest: () => void = () => undefined;

  request({ timeoutMs }: HttpRequest): Promise<HttpResponse> {
    this.onRequest();
    const reply = this.replies.shift() ?? answer(200, { ok: 1 });
    return new Promise((resolve, reject) => {
      if (reply === 'lost')
        this.clock.after(timeoutMs, () => reject(new TransportError('no answer secret-of-the-key')));
      else this.clock.after(this.answerAfterMs, () => resolve(reply));
    });
  }

  run(ms: number): Promise<void> {
    return this.clock.runUntil(this.clock.wallMs() + ms, () => new Promise((resolve) => setImmediate(resolve)));
  }

  endpoints(): string[] {
    return this.sent.map(({ endpoint }) => endpoint);
  }
}

let venue: Venue;
beforeEach(() => {
  venue = new Venue();
});
afterEach(() => {
  venue.caller.stop();
  venue.clock.advanceBy(60_000);
  expect(venue.clock.pending()).toBe(0);
});

const call = (kind: SignedCall['kind'], changes: Partial<SignedCall> = {}): SignedCall => ({
  endpoint: kind,
  method: 'x',
  params: {},
  urgency: kind === 'cancel' ? 'cancel' : kind === 'create' ? 'entry' : 'read',
  weight: 1,
  timeoutMs: 1_000,
  kind,
  ...changes,
});
/** What a promise came to so far. */
function watch<T>(promise: Promise<T>): { value: T | undefined } {
  const seen: { value: T | undefined } = { value: undefined };
  promise.then((value) => {
    seen.value = value;
  });
  return seen;
}
const failure = (seen: { value: Awaited<ReturnType<Caller['call']>> | undefined }) =>
  seen.value === undefined ? 'open' : seen.value.ok ? 'ok' : `${seen.value.error.kind} ${seen.value.error.code}`;

test.each([
  ['a lost answer', 'in-doubt NO_ANSWER', 'lost'],
  ['a bad gateway', 'in-doubt HTTP_502', answer(502, '<html>')],
  ['a 503 whose words are on the list', 'in-doubt NO MONEY', answer(503, { error: 'no money' })],
  ['words nobody knows', 'in-doubt WHAT', answer(400, { error: 'what' })],
  ['an error without words', 'in-doubt HTTP_400', answer(400, {})],
  ['an answer that is no JSON', 'in-doubt UNREADABLE', answer(200, 'hello')],
  ['words on the list', 'rejected NO MONEY', answer(400, { error: 'no money' })],
] as const)('[EX-3] a create that meets %s is sent once: %s', async (_what, expected, reply) => {
  venue.replies = [reply];
  const seen = watch(venue.begin().call(call('create')));
  await venue.run(30_000);
  expect(failure(seen)).toBe(expected);
  expect(venue.sent).toHaveLength(1);
});

test('[EX-3] reads and cancels are tried again after what is transient, three times at most', async () => {
  const caller = venue.begin();
  venue.replies = ['lost', answer(200, { error: 'busy' }), answer(200, { ok: '1' })];
  const read = watch(caller.call(call('read')));
  await venue.run(20_000);
  expect(failure(read)).toBe('ok');
  venue.replies = ['lost', 'lost', 'lost', answer(200)];
  const cancelled = watch(caller.call(call('cancel')));
  await venue.run(20_000);
  expect(failure(cancelled)).toBe('transient NO_ANSWER');
  expect(venue.endpoints()).toEqual(['read', 'read', 'read', 'cancel', 'cancel', 'cancel']);
  expect(venue.calls).toContain('read timeout 1000');
});

test('[EX-3] what the venue definitely refused is not asked for again', async () => {
  venue.replies = [answer(400, { error: 'no money' })];
  const seen = watch(venue.begin().call(call('cancel')));
  await venue.run(10_000);
  expect(failure(seen)).toBe('rejected NO MONEY');
  expect(venue.sent).toHaveLength(1);
});

test('[EX-3] what the venue turned away unseen is sent again with a new nonce, a create too, three times at most and before its deadline', async () => {
  const caller = venue.begin();
  const unseen = answer(200, { error: 'nonce' });
  venue.replies = [unseen, answer(200, { ok: '1' })];
  const entry = watch(caller.call(call('create')));
  await venue.run(5_000);
  expect(failure(entry)).toBe('ok');
  const [first, second] = venue.sent.map(({ nonce }) => nonce);
  expect(second).toBeGreaterThan(first ?? Number.NaN);

  venue.replies = [unseen, unseen, unseen, answer(200)];
  const refused = watch(caller.call(call('create')));
  await venue.run(20_000);
  expect(failure(refused)).toBe('rejected NONCE');
  expect(venue.sent).toHaveLength(5);

  venue.replies = [unseen, answer(200)];
  const late = watch(caller.call(call('create', { createBeforeMs: venue.clock.wallMs() + 40 })));
  await venue.run(5_000);
  expect(failure(late)).toBe('rejected DEADLINE');
  expect(venue.sent).toHaveLength(6);

  // A server that failed may have looked at it, whatever it says.
  venue.replies = [answer(503, { error: 'nonce' }), answer(200)];
  const doubtful = watch(caller.call(call('create')));
  await venue.run(5_000);
  expect(failure(doubtful)).toBe('in-doubt NONCE');
  expect(venue.sent).toHaveLength(7);
});

const BUDGET: Budget = { windowMs: 1_000, weight: 4, reserve: 2 };

test('[EX-7] cancels and hedges have a reserve, and go before entries and reads', async () => {
  const caller = venue.begin({ budgets: [BUDGET] });
  const urgencies: Urgency[] = ['read', 'entry', 'read', 'entry', 'hedge', 'cancel', 'hedge'];
  for (const urgency of urgencies) void caller.call(call('read', { urgency, endpoint: urgency }));
  await venue.run(900);
  // Two of any kind, two more of the reserve; the rest waits for the window.
  expect(venue.endpoints().sort()).toEqual(['cancel', 'entry', 'hedge', 'read'].sort());
  await venue.run(1_000);
  expect(venue.endpoints().slice(4)).toContain('hedge');
  expect(venue.endpoints()[4]).toBe('hedge');
});

test('[EX-3] an entry that would wait longer than its time fails at once as limited, a read waits a little, a cancel as long as it takes', async () => {
  const caller = venue.begin({ budgets: [{ windowMs: 20_000, weight: 1, reserve: 0 }] });
  void caller.call(call('read'));
  const entry = watch(caller.call(call('create')));
  const read = watch(caller.call(call('read')));
  const cancels = [watch(caller.call(call('cancel'))), watch(caller.call(call('cancel')))];
  await venue.run(50);
  expect(failure(entry)).toBe('rate-limit OWN_BUDGET');
  expect([read, ...cancels].map(failure)).toEqual(['open', 'open', 'open']);
  await venue.run(20_000);
  expect(cancels.map(failure)).toEqual(['ok', 'open']);
  await venue.run(20_000);
  expect(cancels.map(failure)).toEqual(['ok', 'ok']);
  expect(failure(read)).toBe('rate-limit OWN_BUDGET');
});

test('[EX-3] what the venue says was used counts where it is more than ours', async () => {
  const caller = venue.begin({ budgets: [{ windowMs: 60_000, weight: 100, reserve: 0, usedHeader: 'x-used' }] });
  venue.replies = [answer(200, {}, { 'x-used': '99' })];
  void caller.call(call('read'));
  await venue.run(50);
  void caller.call(call('read'));
  const third = watch(caller.call(call('read')));
  await venue.run(50);
  expect(venue.sent).toHaveLength(2);
  expect(failure(third)).toBe('rate-limit OWN_BUDGET');
});

test('[EX-3] a ban holds everything until its time; cancels leave at that moment', async () => {
  const caller = venue.begin();
  venue.replies = [answer(418, {}, { 'retry-after': '120' })];
  const banned = watch(caller.call(call('read')));
  await venue.run(50);
  expect(banned.value?.ok === false && banned.value.error.retryAtMonoMs).toBe(120_010);
  const read = watch(caller.call(call('read')));
  const entry = watch(caller.call(call('create')));
  const cancelled = watch(caller.call(call('cancel')));
  const hedge = watch(caller.call(call('create', { urgency: 'hedge', createBeforeMs: START_MS + 60_000 })));
  await venue.run(100_000);
  expect([failure(read), failure(entry)]).toEqual(['rate-limit OWN_BUDGET', 'rate-limit OWN_BUDGET']);
  // Its deadline would pass before it may leave.
  expect(failure(hedge)).toBe('rejected DEADLINE');
  expect(failure(cancelled)).toBe('open');
  await venue.run(21_000);
  expect(failure(cancelled)).toBe('ok');
  expect(venue.sent.at(-1)).toMatchObject({ endpoint: 'cancel', atMs: 120_010 });
});

test('[EX-3] a limit without a time holds back its own kind of call, longer each time', async () => {
  const caller = venue.begin();
  venue.replies = [answer(429)];
  const first = watch(caller.call(call('create')));
  await venue.run(50);
  expect(failure(first)).toBe('rate-limit 429');
  const [second, cancelled] = [watch(caller.call(call('create'))), watch(caller.call(call('cancel')))];
  await venue.run(50);
  expect([failure(second), failure(cancelled)]).toEqual(['rate-limit OWN_BUDGET', 'ok']);
  await venue.run(1_000);
  const third = watch(caller.call(call('create')));
  await venue.run(50);
  expect(failure(third)).toBe('ok');
});

test('[EX-4] a create is not sent after its deadline, and its window ends with it', async () => {
  const caller = venue.begin();
  void caller.call(call('create', { createBeforeMs: START_MS + 1_500 }));
  void caller.call(call('create', { createBeforeMs: START_MS + 60_000 }));
  const late = watch(caller.call(call('create', { createBeforeMs: START_MS })));
  await venue.run(100);
  expect(venue.sent.map(({ windowMs }) => windowMs)).toEqual([1_500, 5_000]);
  expect(failure(late)).toBe('rejected DEADLINE');
});

test('[EX-2] nonces only grow, within one millisecond too, and one call is out at a time where order counts', async () => {
  const caller = venue.begin({ serial: true });
  venue.answerAfterMs = 100;
  for (let count = 0; count < 3; count += 1) void caller.call(call('read'));
  await venue.run(50);
  expect(venue.sent).toHaveLength(1);
  void caller.call(call('cancel'));
  await venue.run(400);
  expect(venue.endpoints()).toEqual(['read', 'cancel', 'read', 'read']);
  const nonces = venue.sent.map(({ nonce }) => nonce);
  expect(nonces).toEqual([...nonces].sort((a, b) => a - b));
  expect(new Set(nonces).size).toBe(4);
  expect([caller.nonce(), caller.nonce()].every((nonce, index, all) => index === 0 || nonce > (all[0] ?? 0))).toBe(
    true,
  );
});

test('[EX-7] where order counts, an answer that does not come holds up a cancel for a second, not for its timeout', async () => {
  const caller = venue.begin({ serial: true });
  venue.replies = ['lost'];
  void caller.call(call('read', { timeoutMs: 10_000 }));
  void caller.call(call('cancel'));
  await venue.run(1_100);
  expect(venue.endpoints()).toEqual(['read', 'cancel']);
});

test('a key that cannot sign is said so, and nothing leaves', async () => {
  const seen = watch(venue.begin().call(call('create', { method: 'unsignable' })));
  await venue.run(100);
  expect(failure(seen)).toBe('authentication SIGNING');
  expect(venue.sent).toEqual([]);
});

test('stopping: what waits is given up, what is out is in doubt, nothing leaves any more', async () => {
  const caller = venue.begin({ budgets: [{ windowMs: 60_000, weight: 1, reserve: 0 }] });
  venue.replies = ['lost'];
  const out = watch(caller.call(call('create')));
  const waiting = watch(caller.call(call('cancel')));
  await venue.run(50);
  caller.stop();
  await venue.run(1);
  expect([failure(out), failure(waiting)]).toEqual(['in-doubt STOPPED', 'rejected STOPPED']);
  const after = watch(caller.call(call('cancel')));
  await venue.run(60_000);
  expect(failure(after)).toBe('rejected STOPPED');
  expect(venue.sent).toHaveLength(1);
});

test('[SE-1] no message carries a secret', async () => {
  const caller = venue.begin();
  venue.replies = [answer(400, { error: 'no money' }), 'lost'];
  const [first, second] = [watch(caller.call(call('create'))), watch(caller.call(call('create')))];
  await venue.run(5_000);
  expect(JSON.stringify([first, second])).not.toContain('secret-of-the-key');
  expect(JSON.stringify(first)).toContain('no money');
});

test('[EX-7] a limit that concerns reads alone holds up reads alone, though it names a time', async () => {
  const caller = venue.begin();
  venue.replies = [answer(420)];
  const limited = caller.call(call('read'));
  await venue.run(20);
  expect(await limited).toMatchObject({ ok: false, error: { kind: 'rate-limit' } });
  const hedge = caller.call(call('create', { urgency: 'hedge' }));
  const cancel = caller.call(call('cancel'));
  await venue.run(20);
  expect([(await hedge).ok, (await cancel).ok]).toEqual([true, true]);
  const read = await caller.call(call('read'));
  expect(read).toMatchObject({ ok: false, error: { code: 'OWN_BUDGET' } });
});

test('stopped while it is signed, a call does not leave', async () => {
  const caller = venue.begin();
  let asked = 0;
  venue.onRequest = () => (asked += 1);
  const asking = caller.call(call('read'));
  caller.stop();
  expect(await asking).toMatchObject({ ok: false, error: { code: 'STOPPED' } });
  await venue.run(100);
  expect(asked).toBe(0);
});

test('[SE-1] words of a venue are rid of secrets before they are cut to a length, and codes too', async () => {
  const secret = 'secret-of-the-key';
  const caller = venue.begin({
    verdict: ({ status, text }) =>
      status === 400
        ? { kind: 'rejected', code: text.slice(0, 12), message: text.slice(0, 160), retryAfterMs: null }
        : null,
  });
  for (let before = 130; before < 160; before += 1) {
    venue.replies = [answer(400, `${secret}${'.'.repeat(before - secret.length)}${secret} and more`)];
    const asked = caller.call(call('read'));
    await venue.run(50);
    const told = JSON.stringify(await asked);
    expect(told).toContain('"ok":false');
    expect(told, `${before}`).not.toContain('secret');
  }
});

test.each(['the sorting', 'the counting'] as const)(
  '[EX-3] %s of an answer that breaks leaves doubt and not a call that never ends',
  async (what) => {
    const breaks = () => {
      throw new TypeError('secret-of-the-key is no number');
    };
    const caller = venue.begin(what === 'the sorting' ? { verdict: breaks } : { onCall: breaks });
    const [create, cancel] = [watch(caller.call(call('create'))), watch(caller.call(call('cancel')))];
    await venue.run(30_000);
    expect(failure(create)).toBe(what === 'the sorting' ? 'in-doubt UNREADABLE' : 'ok');
    expect(failure(cancel)).toBe(what === 'the sorting' ? 'in-doubt UNREADABLE' : 'ok');
    expect(JSON.stringify([create, cancel])).not.toContain('secret-of-the-key');
    expect(venue.endpoints().filter((endpoint) => endpoint === 'create')).toHaveLength(1);
  },
);

test('[EX-7] reads that were limited again and again do not lengthen the pause of a cancel that is limited once', async () => {
  const caller = venue.begin();
  for (let time = 0; time < 7; time += 1) {
    venue.replies = [answer(429)];
    const read = watch(caller.call(call('read')));
    await venue.run(65_000);
    expect(failure(read)).toBe('rate-limit 429');
  }
  venue.replies = [answer(429)];
  const cancel = watch(caller.call(call('cancel')));
  await venue.run(3_000);
  expect(failure(cancel)).toBe('ok');
});

test('[EX-4] the question what became of an order waits for its turn like any question, and not for ever', async () => {
  const caller = venue.begin({ budgets: [{ windowMs: 600_000, weight: 1, reserve: 0 }] });
  void caller.call(call('read'));
  const asked = watch(caller.call(call('read', { urgency: 'hedge' })));
  await venue.run(100);
  expect(failure(asked)).toBe('rate-limit OWN_BUDGET');
});

test('[EX-7] a limit of some calls alone holds up neither cancels nor other questions', async () => {
  const caller = venue.begin();
  venue.replies = [answer(421)];
  const history = watch(caller.call(call('read', { endpoint: 'history' })));
  await venue.run(50);
  expect(failure(history)).toBe('rate-limit 421');
  const others = [
    watch(caller.call(call('cancel'))),
    watch(caller.call(call('create', { urgency: 'hedge' }))),
    watch(caller.call(call('read', { endpoint: 'status' }))),
  ];
  const again = watch(caller.call(call('read', { endpoint: 'history' })));
  await venue.run(50);
  expect(others.map(failure)).toEqual(['ok', 'ok', 'ok']);
  expect(failure(again)).toBe('rate-limit OWN_BUDGET');
  await venue.run(8_000);
  const later = watch(caller.call(call('read', { endpoint: 'history' })));
  await venue.run(50);
  expect(failure(later)).toBe('ok');
});

test('[EX-4] fields that depend on when it leaves are made when it leaves', async () => {
  const caller = venue.begin({ serial: true });
  venue.answerAfterMs = 400;
  void caller.call(call('read'));
  void caller.call(call('create', { params: { a: 1 }, paramsAt: (wallMs) => ({ a: 1, at: wallMs - START_MS }) }));
  await venue.run(2_000);
  expect(venue.params).toEqual([{}, { a: 1, at: 400 }]);
});
