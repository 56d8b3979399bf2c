import { expect, test } from 'vitest';
import { Dispatcher } from '#main/host/dispatch';
import { type Link, Session, UNREADABLE_ID } from '#main/host/session';
import type { Failure } from '#shared/contract/contract';
import { batchSchema, type Push, pushSchema } from '#shared/contract/messages';
import { err, ok } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { FakeService } from '#support/fake-service';
import { deal, NOW_MS, quotes, status } from '#support/sample-topics';

class TestLink implements Link {
  readonly pushes: Push[] = [];
  /** Bytes of each message, and when it came. */
  readonly messages: { readonly atMs: number; readonly bytes: number }[] = [];
  full = false;
  dropped: string | null = null;
  readonly #clock: Clock;
  constructor(clock: Clock) {
    this.#clock = clock;
  }
  send(text: string): void {
    this.messages.push({ atMs: this.#clock.monoMs(), bytes: Buffer.byteLength(text) });
    const batch = batchSchema.parse(JSON.parse(text));
    for (const push of batch.pushes) this.pushes.push(pushSchema.parse(push));
  }
  congested(): boolean {
    return this.full;
  }
  drop(reason: string): void {
    this.dropped = reason;
  }
  take(): Push[] {
    return this.pushes.splice(0);
  }
  topics(): Push[] {
    return this.take().filter((push) => 'topic' in push);
  }
}

function open() {
  const service = new FakeService();
  const clock = new VirtualClock(NOW_MS);
  const problems: string[] = [];
  const note = (problem: string) => problems.push(problem);
  const dispatcher = new Dispatcher(service, note);
  const connect = () => {
    const link = new TestLink(clock);
    return { link, session: new Session(service, dispatcher, clock, link, note) };
  };
  return { service, clock, problems, connect, ...connect() };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const isPulse = (push: Push) => push.kind === 'pulse';

test('the samples keep to the contract', () => {
  expect(new FakeService().brokenSamples()).toEqual([]);
});

test('a subscription is answered, then gets a snapshot, then numbered deltas of what changed', () => {
  const { service, clock, session, link } = open();
  link.take();
  session.receive({ kind: 'subscribe', id: 1, topic: 'status' });
  clock.advanceBy(200);
  const [reply, snapshot] = link.take();
  expect(reply).toEqual({ kind: 'reply', id: 1, ok: true, value: null });
  expect(snapshot).toEqual({ kind: 'value-snapshot', topic: 'status', sequence: 1, value: status });

  service.set('status', { ...status, cycle: 14 });
  clock.advanceBy(300);
  expect(link.topics()).toEqual([{ kind: 'value-delta', topic: 'status', sequence: 2, patch: { cycle: 14 } }]);
  service.set('status', { ...status, cycle: 14 });
  clock.advanceBy(300);
  expect(link.topics()).toEqual([]);
  service.set('status', { ...status, cycle: 15, openDeals: 2 });
  clock.advanceBy(300);
  expect(link.topics()).toEqual([
    { kind: 'value-delta', topic: 'status', sequence: 3, patch: { cycle: 15, openDeals: 2 } },
  ]);
});

test('rows: new, changed and removed ones are told, unchanged ones are not', () => {
  const { service, clock, session, link } = open();
  session.receive({ kind: 'subscribe', id: 1, topic: 'quotes' });
  clock.advanceBy(200);
  expect(link.topics()).toEqual([{ kind: 'rows-snapshot', topic: 'quotes', sequence: 1, rows: quotes, missing: 0 }]);
  const [kraken, okx, bybit] = quotes;
  if (kraken === undefined || okx === undefined || bybit === undefined) throw new Error('the sample has three quotes');
  const moved = { ...okx, bid: '69434' };
  service.setRows('quotes', [kraken, moved]);
  clock.advanceBy(300);
  expect(link.topics()).toEqual([
    { kind: 'rows-delta', topic: 'quotes', sequence: 2, upserts: [moved], removes: [bybit.listing], missing: 0 },
  ]);
  // The same content in new objects is no change.
  service.setRows('quotes', [{ ...kraken }, { ...moved }]);
  clock.advanceBy(300);
  expect(link.topics()).toEqual([]);
});

test('subscribing again gives a new snapshot whose number later deltas follow; unsubscribing ends them', () => {
  const { service, clock, session, link } = open();
  session.receive({ kind: 'subscribe', id: 1, topic: 'status' });
  clock.advanceBy(300);
  session.receive({ kind: 'subscribe', id: 2, topic: 'status' });
  clock.advanceBy(300);
  service.set('status', { ...status, cycle: 20 });
  clock.advanceBy(300);
  expect(link.topics().map((push) => [push.kind, 'sequence' in push ? push.sequence : 0])).toEqual([
    ['value-snapshot', 1],
    ['value-snapshot', 2],
    ['value-delta', 3],
  ]);
  session.receive({ kind: 'unsubscribe', id: 3, topic: 'status' });
  service.set('status', { ...status, cycle: 21 });
  clock.advanceBy(1000);
  expect(link.topics()).toEqual([]);
});

test('one topic alone moves no faster than four times a second', () => {
  const { service, clock, session, link } = open();
  session.receive({ kind: 'subscribe', id: 1, topic: 'status' });
  for (let step = 1; step <= 400; step += 1) {
    clock.advanceBy(10);
    service.set('status', { ...status, cycle: step });
  }
  const count = link.topics().length;
  expect(count).toBeGreaterThanOrEqual(13);
  expect(count).toBeLessThanOrEqual(17);
});

test('the pulse comes each second with the engine’s wall clock', () => {
  const { service, clock, link } = open();
  service.setWallMs(NOW_MS + 5);
  clock.advanceBy(3000);
  expect(link.take().filter(isPulse)).toEqual([
    { kind: 'pulse', wallMs: NOW_MS },
    ...[1, 2, 3].map(() => ({ kind: 'pulse', wallMs: NOW_MS + 5 })),
  ]);
});

test('[UI-8] whatever a window sends is answered with a failure that says what to do, and nothing throws', async () => {
  const { session, link, service, clock } = open();
  link.take();
  for (const raw of [
    null,
    7,
    'x',
    [],
    {},
    { kind: 'query' },
    { kind: 'nope', id: 3 },
    { kind: 'subscribe', id: 4, topic: '__proto__' },
  ]) {
    session.receive(raw);
  }
  session.receive({ kind: 'query', id: 5, name: 'constructor', input: {} });
  session.receive({ kind: 'command', id: 6, name: 'toString', input: {}, submissionId: 'abcdefgh' });
  session.receive({
    kind: 'command',
    id: 7,
    name: 'kill.engage',
    input: { level: 'all', reason: '' },
    submissionId: 'abcdefgi',
  });
  session.receive({ kind: 'query', id: 8, name: 'reports.list', input: { limit: 501 } });
  session.receive({ kind: 'command', id: 9, name: 'auto.start', input: {}, submissionId: 'short' });
  await settled();
  clock.advanceBy(200);
  const failures = link.take().flatMap((push) => (push.kind === 'failed' ? [push] : []));
  expect(failures.map((push) => push.id).sort((a, b) => a - b)).toEqual([
    ...Array(6).fill(UNREADABLE_ID),
    3,
    4,
    5,
    6,
    7,
    8,
    9,
  ]);
  for (const { failure } of failures) {
    expect(failure.message).not.toBe('');
    expect(failure.kept).not.toBe('');
    expect(failure.remedy).not.toBe('');
  }
  const ofId = (id: number) => failures.find((push) => push.id === id)?.failure;
  expect(ofId(7)).toMatchObject({ code: 'invalid-input', fields: [{ path: 'level' }] });
  expect(ofId(8)).toMatchObject({ code: 'out-of-bounds', fields: [{ path: 'limit' }] });
  expect(service.commands).toEqual([]);
});

test('[UI-6] the same submission id runs once, also while it is on its way and over a new connection', async () => {
  const { service, clock, session, link, connect } = open();
  let release: (value: { text: string }) => void = () => undefined;
  service.onCommand = () =>
    new Promise((resolve) => {
      release = (value) => resolve(ok(value));
    });
  const submit = (id: number) => ({
    kind: 'command',
    id,
    name: 'auto.start',
    input: {},
    submissionId: 'same-submission',
  });
  session.receive(submit(1));
  session.receive(submit(2));
  session.close();
  const again = connect();
  again.session.receive(submit(3));
  release({ text: 'started' });
  await settled();
  again.session.receive(submit(4));
  await settled();
  clock.advanceBy(200);
  expect(service.commands).toHaveLength(1);
  expect(link.take().some((push) => push.kind === 'reply')).toBe(false);
  expect(again.link.take().flatMap((push) => (push.kind === 'reply' ? [[push.id, push.value]] : []))).toEqual([
    [3, { text: 'started' }],
    [4, { text: 'started' }],
  ]);
  again.session.receive({ ...submit(5), name: 'auto.stop' });
  await settled();
  clock.advanceBy(200);
  expect(service.commands).toHaveLength(1);
  expect(again.link.take()).toMatchObject([{ kind: 'failed', id: 5, failure: { code: 'invalid-input' } }]);
});

test('a refusal of the service, a throw and an answer out of form all reach the window as failures', async () => {
  const { service, clock, session, link, problems } = open();
  link.take();
  const refusal: Failure = { code: 'refused', message: 'no', kept: 'all', remedy: 'wait', fields: [] };
  const answers = [
    async () => err(refusal),
    async () => Promise.reject(new Error('boom')),
    async () => ok({ text: 5 }),
  ];
  for (const [index, answer] of answers.entries()) {
    service.onCommand = answer;
    session.receive({ kind: 'command', id: index, name: 'auto.stop', input: {}, submissionId: `submission-${index}` });
    await settled();
  }
  clock.advanceBy(200);
  const failed = link.take().map((push) => (push.kind === 'failed' ? push.failure.code : push.kind));
  expect(failed).toEqual(['refused', 'internal', 'internal']);
  expect(problems).toHaveLength(2);
  expect(problems[0]).toContain('boom');
});

test('a row that breaks its schema is withheld, taken away, and said once', () => {
  const { service, clock, session, link, problems } = open();
  session.receive({ kind: 'subscribe', id: 1, topic: 'deals' });
  clock.advanceBy(200);
  link.take();
  for (let turn = 0; turn < 3; turn += 1) {
    service.setRows('deals', [{ ...deal, unhedgedUsd: 'a lot' }]);
    clock.advanceBy(300);
  }
  expect(link.topics()).toEqual([
    { kind: 'rows-delta', topic: 'deals', sequence: 2, upserts: [], removes: [deal.id], missing: 0 },
  ]);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain('deals');
  service.setRows('deals', [deal]);
  clock.advanceBy(300);
  expect(link.topics()).toMatchObject([{ kind: 'rows-delta', sequence: 3, upserts: [{ id: deal.id }] }]);
});

test('a value that breaks its schema is not sent; its topic comes back when it is sound', () => {
  const { service, clock, session, link, problems } = open();
  service.set('status', { ...status, unhedgedUsd: 'a lot' });
  session.receive({ kind: 'subscribe', id: 1, topic: 'status' });
  clock.advanceBy(2000);
  expect(link.topics()).toEqual([]);
  expect(problems).toHaveLength(1);
  service.set('status', status);
  clock.advanceBy(300);
  expect(link.topics()).toMatchObject([{ kind: 'value-snapshot', sequence: 1 }]);
});

test('a window that does not read gets no topics meanwhile, one catching-up delta after, and is let go after 10 s', () => {
  const { service, clock, session, link } = open();
  session.receive({ kind: 'subscribe', id: 1, topic: 'status' });
  clock.advanceBy(300);
  link.take();
  link.full = true;
  for (let step = 0; step < 20; step += 1) {
    service.set('status', { ...status, cycle: 100 + step });
    clock.advanceBy(300);
  }
  expect(link.take()).toEqual([]);
  link.full = false;
  clock.advanceBy(300);
  expect(link.topics()).toEqual([{ kind: 'value-delta', topic: 'status', sequence: 2, patch: { cycle: 119 } }]);
  link.full = true;
  clock.advanceBy(11_000);
  expect(link.dropped).not.toBeNull();
  expect(service.listeners).toBe(0);
  expect(clock.pending()).toBe(0);
});

test('too many unanswered requests are refused, not queued', async () => {
  const { service, clock, session, link } = open();
  link.take();
  service.onQuery = () => new Promise(() => undefined);
  for (let id = 0; id < 70; id += 1) session.receive({ kind: 'query', id, name: 'deal.get', input: { id: 'x' } });
  await settled();
  clock.advanceBy(200);
  expect(link.take().map((push) => (push.kind === 'failed' ? push.failure.code : push.kind))).toEqual(
    Array(6).fill('refused'),
  );
});

test('closing leaves no timer and no listener, and a late answer is not sent', async () => {
  const { service, clock, session, link } = open();
  link.take();
  let release: () => void = () => undefined;
  service.onQuery = () =>
    new Promise((resolve) => {
      release = () => resolve(ok(deal));
    });
  session.receive({ kind: 'query', id: 1, name: 'deal.get', input: { id: deal.id } });
  await settled();
  session.close();
  release();
  await settled();
  session.receive({ kind: 'subscribe', id: 2, topic: 'status' });
  expect(link.take()).toEqual([]);
  expect(service.listeners).toBe(0);
  expect(clock.pending()).toBe(0);
});
