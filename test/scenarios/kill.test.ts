import { afterEach, expect, test, vi } from 'vitest';
import { PracticeRun } from '#support/practice-run';

vi.setConfig({ testTimeout: 60_000 });

let run: PracticeRun;

afterEach(() => run.stop());

const workingEntries = () =>
  run
    .openDeals()
    .flatMap((deal) => deal.orders)
    .filter(({ purpose, state }) => purpose === 'entry' && ['pending', 'accepted', 'partial'].includes(state));

const resting = () => workingEntries().some(({ kind, state }) => kind === 'post-only' && state === 'accepted');
const exposed = () => run.openDeals().some((deal) => Number(deal.unhedgedUsd) > 10);

test.each([
  ['stop-entries', 'a resting entry', resting],
  ['cancel-orders', 'a resting entry', resting],
  ['flatten', 'a filled leg without its hedge', exposed],
] as const)(
  '[KS-1] “%s” with %s open: no entry after it, deals end closed, latched over a restart, re-armed by a person',
  async (level, what, ready) => {
    run = new PracticeRun({ seed: 7 });
    await run.until(what, ready);
    const preview = run.engine.kill.preview(level);
    const cancels = preview.venues.reduce((sum, venue) => sum + venue.cancels, 0);
    if (level === 'cancel-orders') expect(cancels).toBe(workingEntries().length);
    expect(preview.venues.some((venue) => venue.flattens + venue.keeps > 0)).toBe(true);
    const open = run.openDeals().map(({ id }) => id);
    const working = workingEntries().map(({ clientOrderId }) => clientOrderId);

    const killedAtMs = run.clock.wallMs();
    run.engine.engageKill(level, 'a test', 'to see what it does');
    await run.forMs(1_000);
    await run.until('every deal closed', () => run.openDeals().length === 0, 60_000);
    await run.forMs(10_000);
    expect(run.ordersSince(killedAtMs + 0.001).filter(({ purpose }) => purpose === 'entry')).toEqual([]);
    expect(run.openedSince(killedAtMs + 0.001)).toEqual([]);
    expect(run.differences()).toEqual([]);
    for (const id of open) expect(Math.abs(Number(run.engine.deal(id)?.unhedgedBase))).toBe(0);
    const { report } = run.engine.kill.state();
    const cancelled = report.reduce((sum, venue) => sum + venue.cancelled, 0);
    if (level !== 'stop-entries') expect(report.length).toBeGreaterThan(0);
    if (level === 'cancel-orders') {
      // What a fill overtook was hedged like any other.
      const left = working.map((id) => run.paper.order(id)?.order.state).filter((state) => state !== 'filled');
      expect(left).toEqual(left.map(() => 'cancelled'));
      expect(left.length).toBeGreaterThan(0);
      expect(cancelled).toBe(left.length);
    }

    run.restart();
    const restartedAtMs = run.clock.wallMs();
    await run.forMs(16_000);
    expect(run.engine.phase()).toBe('running');
    expect(run.engine.kill.state()).toMatchObject({ engaged: true, level, by: 'a test' });
    expect(run.openedSince(restartedAtMs)).toEqual([]);
    expect(run.engine.permission()).toMatchObject({ allowed: false, reason: 'halted' });
    expect(
      run.verdicts.some(
        (row) => row.atMs > restartedAtMs && 'reason' in row.verdict && row.verdict.reason === 'halted',
      ),
    ).toBe(true);

    run.engine.rearm('a person');
    const rearmedAtMs = run.clock.wallMs();
    await run.until('a deal again', () => run.openedSince(rearmedAtMs).length > 0, 60_000);
  },
);
