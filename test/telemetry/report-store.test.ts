import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CycleReporter } from '#main/telemetry/cycle-reports';
import { ReportStore } from '#main/telemetry/report-store';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { candidate, cycleEnd, REJECTED } from './samples.ts';

const DAY_MS = 86_400_000;
const START = Date.UTC(2023, 2, 4);

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'crossbook-reports-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function report(cycle: number, toMs = START + cycle * 5000) {
  const reporter = new CycleReporter();
  reporter.onVerdict(candidate('a', REJECTED));
  return reporter.endCycle(cycleEnd(cycle, { fromMs: toMs - 5000, toMs }));
}

function store(clock: VirtualClock, options: Partial<ConstructorParameters<typeof ReportStore>[0]> = {}) {
  const problems: string[] = [];
  return {
    problems,
    store: new ReportStore({ directory, clock, onProblem: (text) => problems.push(text), ...options }),
  };
}

describe('[TE-1] reports on disk', () => {
  test('are read back by cycle number, in this run and by the next', () => {
    const clock = new VirtualClock(START);
    const first = store(clock).store;
    for (let cycle = 1; cycle <= 50; cycle += 1) first.append(report(cycle));
    expect(first.read(37)).toEqual({ ok: true, value: report(37) });
    first.close();

    const next = store(clock).store;
    expect(next.read(37)).toEqual({ ok: true, value: report(37) });
    const latest = next.latest(3);
    expect(latest.ok && latest.value.map(({ cycle }) => cycle)).toEqual([50, 49, 48]);
    expect(next.read(51)).toMatchObject({ ok: false, error: expect.stringContaining('no report of cycle 51') });
  });

  test('the same reports give the same bytes', () => {
    const bytes = () => {
      const target = store(new VirtualClock(START)).store;
      for (let cycle = 1; cycle <= 3; cycle += 1) target.append(report(cycle));
      target.close();
      const [name] = readdirSync(directory);
      const text = readFileSync(join(directory, name ?? ''), 'utf8');
      rmSync(join(directory, name ?? ''));
      return text;
    };
    expect(bytes()).toBe(bytes());
  });

  test('a new file each day and when one is full; the oldest go first, by age and by size', () => {
    const clock = new VirtualClock(START);
    const line = JSON.stringify(report(1)).length + 1;
    const target = store(clock, { maxAgeDays: 3, maxFileBytes: line * 4, maxBytes: line * 12 }).store;
    for (let day = 0; day < 6; day += 1) {
      clock.advanceTo(START + day * DAY_MS + 60_000);
      target.append(report(day + 1, START + day * DAY_MS + 60_000));
    }
    expect(readdirSync(directory).sort()[0]).toContain('20230306T');
    for (let cycle = 100; cycle < 140; cycle += 1) target.append(report(cycle, START + 5 * DAY_MS + cycle * 1000));
    const bytes = readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
    expect(bytes).toBeLessThanOrEqual(line * 12 + line);
    expect(target.read(139).ok).toBe(true);
    expect(target.read(1).ok).toBe(false);
    target.close();
  });

  test('a line cut off by a crash and a damaged line lose nothing else', () => {
    const clock = new VirtualClock(START);
    const first = store(clock).store;
    first.append(report(1));
    first.append(report(2));
    first.close();
    const [name] = readdirSync(directory);
    const path = join(directory, name ?? '');
    appendFileSync(path, '{"cycle":3,"nonsense":true}\n{"auto":"running","cycle":4,"fro');

    const next = store(clock).store;
    expect(next.read(2)).toEqual({ ok: true, value: report(2) });
    expect(next.read(3)).toEqual({ ok: false, error: 'the report of cycle 3 is of another version or damaged' });
    expect(next.read(4).ok).toBe(false);
    const latest = next.latest(10);
    expect(latest.ok && latest.value.map(({ cycle }) => cycle)).toEqual([2, 1]);
  });

  test('[FCL] trouble with the disk is told once, never thrown, and over when a report is kept again', () => {
    const clock = new VirtualClock(START);
    const blocked = join(directory, 'reports');
    writeFileSync(blocked, 'a file where the folder should be');
    const { store: target, problems } = store(clock, { directory: blocked });
    for (let cycle = 1; cycle <= 5; cycle += 1) target.append(report(cycle));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('report of cycle 1 was not kept');
    expect(target.problem()).toContain('report of cycle 5');

    rmSync(blocked);
    target.append(report(6));
    expect(target.problem()).toBeUndefined();
    expect(target.read(6).ok).toBe(true);
    expect(problems).toHaveLength(1);
    target.close();
  });
});
