import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { COMMANDS, type CommandInput, type CommandName } from '#shared/contract/contract';
import { DEFAULT_LIMITS } from '#shared/settings/limits';
import { DEFAULT_SETTINGS, type Profile } from '#shared/settings/settings';
import { PracticeService } from '#support/practice-service';
import { scratchFolders } from '../storage/files.ts';

const folder = scratchFolders();
let practice: PracticeService;

beforeEach(() => {
  practice = new PracticeService(7, folder());
});

afterEach(() => practice.stop());

/** Gives the command as a window would, and checks what it answers against the contract. */
async function command<N extends CommandName>(name: N, input: CommandInput<N>) {
  const result = await practice.service.command(name, input);
  if (result.ok) COMMANDS[name].output.parse(result.value);
  return result;
}

const refused = (code: string, message: RegExp) => ({
  ok: false,
  error: {
    code,
    message: expect.stringMatching(message),
    kept: expect.stringMatching(/./),
    remedy: expect.stringMatching(/./),
  },
});

const second: Profile = { ...(DEFAULT_SETTINGS.profiles[0] as Profile), id: 'second', name: 'Second' };

describe('[AU-1] [KS-1] Auto mode and the kill switch', () => {
  test('start, pause and stop are in force at once, before there is an inventory to journal beside', async () => {
    for (const [name, state] of [
      ['auto.pause', 'paused'],
      ['auto.stop', 'stopped'],
      ['auto.start', 'running'],
    ] as const) {
      expect(await command(name, {})).toMatchObject({ ok: true });
      expect(practice.run.engine.auto()).toBe(state);
    }
  });

  test('killed: start is refused with the reason; only the word re-arms, and Auto mode stays as it was left', async () => {
    await command('auto.pause', {});
    expect(await command('kill.engage', { level: 'cancel-orders', reason: 'odd prices' })).toMatchObject({
      ok: true,
      value: { engaged: true, level: 'cancel-orders', by: 'a person at the window', reason: 'odd prices' },
    });
    expect(await command('auto.start', {})).toMatchObject(refused('refused', /odd prices/));
    expect(COMMANDS['kill.rearm'].input.safeParse({ confirm: 'rearm' }).success).toBe(false);
    expect(await command('kill.rearm', { confirm: 'RE-ARM' })).toMatchObject({ ok: true });
    expect(practice.run.engine.kill.engaged()).toBe(false);
    expect(practice.run.engine.auto()).toBe('paused');
    expect(await command('kill.rearm', { confirm: 'RE-ARM' })).toMatchObject({
      ok: true,
      value: { text: 'The kill switch was not engaged.' },
    });
  });
});

describe('[RK-3] settings', () => {
  test('limits: saved together or not at all, unknown names refused, reset to the table', async () => {
    expect(await command('limits.set', { limits: { minNetEdgeBps: '6', maxSlippageBps: '5' } })).toEqual({
      ok: true,
      value: { text: '2 limits saved.' },
    });
    expect(practice.settings.current().limits).toMatchObject({ minNetEdgeBps: '6', maxSlippageBps: '5' });
    expect(await command('limits.set', { limits: { minNetEdgeBps: '7', maxSlippageBps: '51' } })).toMatchObject(
      refused('out-of-bounds', /hard maximum of 50/),
    );
    expect(await command('limits.set', { limits: { minNetEdge: '7' } })).toMatchObject(
      refused('invalid-input', /no limit named minNetEdge/),
    );
    expect(await command('limits.set', { limits: { divergenceMinMs: '2000', divergenceMaxMs: '200' } })).toMatchObject(
      refused('out-of-bounds', /must be below the most/),
    );
    expect(practice.settings.current().limits).toMatchObject({ minNetEdgeBps: '6', maxSlippageBps: '5' });
    // EX-4: what a venue does not take is said, not silently done otherwise.
    expect(await command('limits.set', { limits: { ackDeadlineS: '2' } })).toEqual({
      ok: true,
      value: { text: expect.stringMatching(/^1 limit saved\. Kraken spot takes no deadline under 3 s: /) },
    });
    expect(await command('limits.set', { limits: { ackDeadlineS: '3' } })).toEqual({
      ok: true,
      value: { text: '1 limit saved.' },
    });
    expect(await command('limits.reset', {})).toMatchObject({ ok: true });
    expect(practice.settings.current().limits).toEqual(DEFAULT_LIMITS);
  });

  test('routing, budget and theme', async () => {
    const routing = { ...DEFAULT_SETTINGS.routing, makerFirst: false, restingLifetimeS: '30' };
    expect(await command('routing.set', routing)).toMatchObject({ ok: true });
    expect(await command('routing.set', { ...routing, restingLifetimeS: '301' })).toMatchObject(
      refused('out-of-bounds', /Resting lifetime: 301 is above the hard maximum of 300/),
    );
    await command('budget.set', { mode: 'unified' });
    await command('theme.set', { theme: 'dark' });
    expect(practice.settings.current()).toMatchObject({ routing, budgetMode: 'unified', theme: 'dark' });
  });

  test('[RO-5] a venue switched off is never traded; the last one cannot be', async () => {
    const { run } = practice;
    const stack = DEFAULT_SETTINGS.venueStack;
    const none = { binance: false, coinbase: false, bybit: false, okx: false, kraken: false };
    expect(await command('stack.set', { ...stack, enabled: none })).toMatchObject(refused('refused', /At least one/));
    const enabled = { ...stack.enabled, okx: false };
    expect(await command('stack.set', { ...stack, anchor: 'kraken', enabled })).toMatchObject({ ok: true });
    await run.until('deals', () => run.closed.length >= 2);
    expect(run.ordersSince(0).some(({ venue }) => venue === 'okx')).toBe(false);
    const said = run.saidOf('okx', 0).map(({ verdict }) => (verdict.kind === 'plan' ? 'plan' : verdict.reason));
    expect(said).toContain('venue-disabled');
    expect(said).not.toContain('plan');
  });

  test('[PL-4] profiles: added, changed, deleted; not the last one, and not one with open deals', async () => {
    expect(await command('profile.delete', { id: 'default' })).toMatchObject(refused('refused', /last profile/));
    expect(await command('profile.save', second)).toMatchObject({ ok: true });
    expect(await command('profile.save', { ...second, name: 'Changed' })).toMatchObject({ ok: true });
    expect(practice.settings.current().profiles.map(({ id, name }) => `${id} ${name}`)).toEqual([
      'default All pairs',
      'second Changed',
    ]);
    expect(await command('profile.delete', { id: 'third' })).toMatchObject(refused('not-found', /“third”/));
    const { run } = practice;
    await run.until('an open deal', () => run.openDeals().some(({ profile }) => profile === 'default'));
    expect(await command('profile.delete', { id: 'default' })).toMatchObject(refused('refused', /open deals/));
    await command('auto.stop', {});
    await run.until('all closed', () => run.openDeals().length === 0, 60_000);
    expect(await command('profile.delete', { id: 'default' })).toMatchObject({ ok: true });
    expect(practice.settings.current().profiles.map(({ id }) => id)).toEqual(['second']);
  });
});

test('[KS-1] one deal is flattened: it ends closed and balanced; an unknown or closed one is refused', async () => {
  const { run } = practice;
  await run.until('an open deal', () => run.openDeals().length > 0);
  const [deal] = run.openDeals();
  const id = deal?.id ?? '';
  expect(await command('deal.flatten', { id })).toMatchObject({ ok: true });
  await run.until('it is closed', () => run.engine.deal(id)?.state === 'closed', 60_000);
  expect(Number(run.engine.deal(id)?.unhedgedBase)).toBe(0);
  expect(await command('deal.flatten', { id })).toMatchObject(refused('refused', /./));
  expect(await command('deal.flatten', { id: 'd999' })).toMatchObject(refused('refused', /./));
});

test('[UI-7] a notification is acknowledged and its condition stands; an unknown one is not found', async () => {
  const { run, service } = practice;
  await command('kill.engage', { level: 'stop-entries', reason: 'a test' });
  const [alarm] = service.rows('notifications');
  expect(alarm).toMatchObject({ kind: 'alarm', acknowledged: false, active: true });
  expect(service.value('status').alarms).toBe(1);
  expect(await command('notification.acknowledge', { id: alarm?.id ?? '' })).toMatchObject({ ok: true });
  expect(service.rows('notifications')[0]).toMatchObject({ acknowledged: true, active: true });
  expect(await command('notification.acknowledge', { id: 'n999' })).toMatchObject(refused('not-found', /no longer/));
  expect(run.engine.kill.engaged()).toBe(true);
});

describe('[PP-3] faults of the practice venues', () => {
  test('switched on, shown with amount and instrument, switched off; all at once too', async () => {
    await practice.run.forMs(2_000);
    expect(await command('practice.fault', { feed: 'okx:spot', fault: 'latency', on: true })).toMatchObject({
      ok: true,
      value: { text: 'OKX spot: latency (400 ms) is on.' },
    });
    await command('practice.fault', { feed: 'kraken:spot', fault: 'halt', on: true, instrument: 'BTC-USD' });
    const active = () => practice.service.value('practice').active;
    expect(active()).toMatchObject([
      { feed: 'okx:spot', fault: 'latency', amount: 400, instrument: null },
      { feed: 'kraken:spot', fault: 'halt', amount: null, instrument: 'BTC-USD' },
    ]);
    expect(await command('practice.fault', { feed: 'okx:spot', fault: 'latency', on: false })).toMatchObject({
      value: { text: 'OKX spot: latency is off.' },
    });
    expect(active()).toHaveLength(1);
    expect(await command('practice.clear', {})).toMatchObject({ value: { text: 'Every fault is off.' } });
    expect(active()).toEqual([]);
    expect(await command('practice.clear', {})).toMatchObject({ value: { text: 'No fault was on.' } });
  });

  test('[UI-8] what does not fit is refused with its reason, and changes nothing', async () => {
    await practice.run.forMs(2_000);
    expect(await command('practice.fault', { feed: 'bybit:spot', fault: 'bad-checksum', on: true })).toMatchObject(
      refused('refused', /bybit:spot sends no checksum/),
    );
    expect(
      await command('practice.fault', { feed: 'okx:spot', fault: 'halt', on: true, instrument: 'NOT-HERE' }),
    ).toMatchObject(refused('refused', /no instrument NOT-HERE/));
    expect(practice.service.value('practice').active).toEqual([]);
  });

  test('live venues have none: the window is told so, and so is who asks', async () => {
    const live = new PracticeService(7, folder(), { live: true });
    try {
      expect(live.service.value('practice')).toMatchObject({ world: 'none', feeds: [], active: [] });
      const answers = [
        await live.service.command('practice.fault', { feed: 'okx:spot', fault: 'silence', on: true }),
        await live.service.command('practice.clear', {}),
      ];
      for (const answer of answers) expect(answer).toMatchObject(refused('refused', /practice venues only/));
    } finally {
      await live.stop();
    }
  });
});
