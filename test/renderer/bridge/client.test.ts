import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TOPICS } from '#shared/contract/contract';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { type Connection, EngineClient } from '../../../src-renderer/bridge/client.ts';
import { rowsFeed, valueFeed } from '../../../src-renderer/bridge/feeds.ts';
import { TestChannel } from '../fixtures/raw-channel.ts';
import { sampleNotifications, sampleStatus } from '../fixtures/sample.ts';

function start() {
  const clock = new VirtualClock(1_000_000);
  const channel = new TestChannel();
  const client = new EngineClient(channel, clock);
  const heard: string[] = [];
  let connection: Connection | undefined;
  client.connect(
    [
      valueFeed('status', TOPICS.status.schema, {
        snapshot: (value) => heard.push(`snapshot cycle ${value.cycle}`),
        patch: (patch) => heard.push(`patch ${JSON.stringify(patch)}`),
        forget: () => heard.push('forgotten'),
        problem: (text) => heard.push(`problem ${text}`),
      }),
      rowsFeed('notifications', TOPICS.notifications.schema, {
        snapshot: (rows) => heard.push(`rows ${rows.length}`),
        change: (upserts, removes) => heard.push(`change ${upserts.length} ${removes.join()}`),
        forget: () => heard.push('forgotten'),
        problem: (text) => heard.push(`problem ${text}`),
      }),
    ],
    (next) => {
      connection = next;
    },
  );
  client.follow(new Set(['status', 'notifications']));
  const open = () => {
    channel.become('open');
    channel.push({ kind: 'pulse', wallMs: 5_000_000 });
  };
  const state = () => {
    if (connection === undefined) throw new Error('no connection state yet');
    return connection;
  };
  return { clock, channel, client, heard, open, state };
}

const snapshot = (sequence: number) => ({
  kind: 'value-snapshot' as const,
  topic: 'status' as const,
  sequence,
  value: sampleStatus(),
});
const delta = (sequence: number, cycle: number) => ({
  kind: 'value-delta' as const,
  topic: 'status' as const,
  sequence,
  patch: { cycle },
});

describe('subscriptions', () => {
  it('[UI-10] subscribes when the channel opens and again after every loss', () => {
    const { channel, open } = start();
    expect(channel.sent).toHaveLength(0);
    open();
    channel.become('lost');
    open();
    expect(channel.subscriptions('status')).toBe(2);
    expect(channel.subscriptions('notifications')).toBe(2);
  });

  it('takes a snapshot, then deltas in their order', () => {
    const { channel, heard, open } = start();
    open();
    channel.push(snapshot(7));
    channel.push(delta(8, 143));
    channel.push({
      kind: 'rows-snapshot',
      topic: 'notifications',
      sequence: 1,
      rows: sampleNotifications(),
      missing: 0,
    });
    channel.push({
      kind: 'rows-delta',
      topic: 'notifications',
      sequence: 2,
      upserts: [],
      removes: ['start'],
      missing: 0,
    });
    expect(heard).toEqual(['snapshot cycle 142', 'patch {"cycle":143}', 'rows 3', 'change 0 start']);
  });

  it('asks once for a new snapshot when a number is missing, and takes no delta until it is there', () => {
    const { channel, heard, open, state } = start();
    open();
    channel.push(snapshot(1));
    channel.push(delta(3, 200));
    channel.push(delta(4, 201));
    expect(channel.subscriptions('status')).toBe(2);
    expect(state().gaps).toBe(1);
    channel.push(snapshot(10));
    channel.push(delta(11, 202));
    expect(heard).toEqual(['snapshot cycle 142', 'snapshot cycle 142', 'patch {"cycle":202}']);
  });

  it('does not believe data that breaks the contract, says so, and asks again two seconds later', () => {
    const { channel, clock, heard, open, state } = start();
    open();
    channel.push({ ...snapshot(1), value: { ...sampleStatus(), mode: 'DEMO' } });
    expect(heard).toEqual([expect.stringContaining('problem')]);
    expect(state().malformed).toBe(1);
    expect(channel.subscriptions('status')).toBe(1);
    clock.advanceBy(2_000);
    expect(channel.subscriptions('status')).toBe(2);
  });

  it('says why a subscription was refused and tries again', async () => {
    const { channel, clock, heard, open } = start();
    open();
    const request = channel.sent.find((each) => each.kind === 'subscribe' && each.topic === 'status');
    const failure = { code: 'internal', message: 'no such topic', kept: '', remedy: '', fields: [] } as const;
    channel.push({ kind: 'failed', id: request?.id ?? -1, ok: false, failure: { ...failure, fields: [] } });
    await Promise.resolve();
    await Promise.resolve();
    expect(heard).toEqual(['problem no such topic']);
    clock.advanceBy(2_000);
    expect(channel.subscriptions('status')).toBe(2);
  });
});

describe('what is followed', () => {
  it('asks for a topic when a panel needs it, and forgets it when none does', () => {
    const { client, channel, heard, open } = start();
    open();
    channel.push(snapshot(1));
    client.follow(new Set(['notifications']));
    expect(channel.sent.at(-1)).toMatchObject({ kind: 'unsubscribe', topic: 'status' });
    // What was on its way is not taken.
    channel.push(delta(2, 150));
    client.follow(new Set(['status', 'notifications']));
    expect(channel.subscriptions('status')).toBe(2);
    expect(channel.subscriptions('notifications')).toBe(1);
    channel.push(snapshot(1));
    expect(heard).toEqual(['snapshot cycle 142', 'forgotten', 'snapshot cycle 142']);
  });

  it('takes every push of one message in order, and one that cannot be read spoils no other', () => {
    const { channel, heard, open, state } = start();
    open();
    channel.raw({ kind: 'batch', pushes: [snapshot(1), { kind: 'nonsense' }, delta(2, 150), delta(3, 151)] });
    expect(heard).toEqual(['snapshot cycle 142', 'patch {"cycle":150}', 'patch {"cycle":151}']);
    expect(state().malformed).toBe(1);
  });
});

describe('liveness', () => {
  it('[UI-3] no pulse for three seconds is a lost engine, though the channel is open', () => {
    const { channel, clock, open, state } = start();
    open();
    expect(state()).toMatchObject({ channel: 'open', live: true, offsetMs: 4_000_000, lastPulseAtMs: 5_000_000 });
    clock.advanceBy(2_900);
    expect(state().live).toBe(true);
    clock.advanceBy(700);
    expect(state()).toMatchObject({ channel: 'open', live: false });
    channel.push({ kind: 'pulse', wallMs: 5_003_600 });
    expect(state().live).toBe(true);
  });

  it('[UI-3] a lost channel is a lost engine at once', () => {
    const { channel, open, state } = start();
    open();
    channel.become('lost');
    expect(state()).toMatchObject({ channel: 'lost', live: false, lastPulseAtMs: 5_000_000 });
  });
});

describe('requests', () => {
  it('gives the parsed answer', async () => {
    const { channel, client, open } = start();
    open();
    const answer = client.command('auto.start', {}, 'submission-1');
    channel.answer('command', { text: 'started' });
    expect(await answer).toEqual({ ok: true, value: { text: 'started' } });
    expect(channel.sent.at(-1)).toMatchObject({ kind: 'command', name: 'auto.start', submissionId: 'submission-1' });
  });

  it('an answer in another form is a failure, not a value', async () => {
    const { channel, client, open } = start();
    open();
    const answer = client.command('auto.start', {}, 'submission-1');
    channel.answer('command', { done: true });
    expect(await answer).toMatchObject({ ok: false, error: { code: 'internal' } });
  });

  it('sends nothing while the engine is not reachable', async () => {
    const { channel, client } = start();
    const answer = await client.command('auto.start', {}, 'submission-1');
    expect(answer).toMatchObject({ ok: false, error: { code: 'disconnected' } });
    expect(channel.sent).toHaveLength(0);
  });

  it('a loss fails what waits: whether it was done is not known', async () => {
    const { channel, client, open } = start();
    open();
    const answer = client.command('auto.start', {}, 'submission-1');
    channel.become('lost');
    const result = await answer;
    expect(result).toMatchObject({ ok: false, error: { code: 'disconnected' } });
    expect(result.ok ? '' : result.error.message).toContain('not known');
  });

  it('an answer that does not come within fifteen seconds is not waited for', async () => {
    const { clock, client, open } = start();
    open();
    const answer = client.query('deal.get', { id: 'd-1' });
    clock.advanceBy(15_000);
    expect(await answer).toMatchObject({ ok: false, error: { code: 'disconnected' } });
  });

  it('[AC-1] a check of a key may take as long as its venue does; a line that breaks ends the wait at once', async () => {
    const { clock, channel, client, open } = start();
    open();
    const answers: string[] = [];
    const check = () =>
      client.command('key.check', { id: 'kraken-1' }, 'submission-1').then((reply) => {
        answers.push(reply.ok ? reply.value.text : reply.error.code);
      });
    const first = check();
    clock.advanceBy(60_000);
    channel.answer('command', { text: 'Kraken spot good.', health: [] });
    await first;
    const second = check();
    clock.advanceBy(60_000);
    channel.become('lost');
    await second;
    expect(answers).toEqual(['Kraken spot good.', 'disconnected']);
  });
});

const SEED = 20261122;
describe('bad input', () => {
  it(`survives any push, and counts what it cannot read (seed ${SEED})`, () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.anything(), fc.json()), { maxLength: 20 }), (pushes) => {
        const { channel, open, state, heard } = start();
        open();
        for (const push of pushes) channel.raw(push);
        expect(state().malformed).toBe(pushes.length);
        channel.push(snapshot(1));
        expect(heard).toEqual(['snapshot cycle 142']);
      }),
      { seed: SEED, numRuns: 100 },
    );
  });
});
