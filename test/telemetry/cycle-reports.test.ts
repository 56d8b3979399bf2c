import { describe, expect, test } from 'vitest';
import { canonical } from '#main/telemetry/canonical';
import { CycleReporter } from '#main/telemetry/cycle-reports';
import { cycleReportSchema } from '#shared/domain/report';
import { InvariantError } from '#shared/kernel/invariant';
import { candidate, cycleEnd, deal, feedState, PLANNED, REJECTED } from './samples.ts';

describe('[TE-1] one report per cycle', () => {
  test('says what happened in it, then begins anew', () => {
    const reporter = new CycleReporter();
    reporter.onCandidate('b');
    reporter.onVerdict(candidate('b', REJECTED, 1_677_628_801_000));
    reporter.onVerdict(candidate('b', PLANNED, 1_677_628_801_050));
    reporter.onDealOpened('d1');
    reporter.onDealClosed(deal('d1'), 1, 2);
    reporter.onFailover();

    const first = reporter.endCycle(cycleEnd(1));
    expect(first).toMatchObject({
      candidates: 1,
      plans: 1,
      rejects: { 'fees-kill': 1 },
      dealsOpened: ['d1'],
      dealsClosed: [
        {
          dealId: 'd1',
          outcome: 'completed',
          expectedNetUsd: '1.25',
          realisedNetUsd: '1.1',
          expectedSlippageUsd: '-0.2',
          realisedSlippageUsd: '-0.35',
          makerFills: 1,
          takerFills: 2,
        },
      ],
      failovers: 1,
      complete: true,
      missing: [],
    });
    expect(cycleReportSchema.safeParse(first).success).toBe(true);

    const second = reporter.endCycle(cycleEnd(2));
    expect(second).toMatchObject({ candidates: 1, plans: 0, rejects: {}, verdicts: [], dealsOpened: [], failovers: 0 });
  });

  test('the same happenings give the same bytes, in order of time then key, whatever order feeds are listed in', () => {
    const feeds = [feedState(), feedState({ feed: 'kraken:spot', venue: 'kraken' })];
    const report = (reverse: boolean) => {
      const reporter = new CycleReporter();
      for (const key of reverse ? ['b', 'a'] : ['a', 'b']) {
        reporter.onCandidate(key);
        reporter.onVerdict(candidate(key, REJECTED));
      }
      return reporter.endCycle(cycleEnd(1, { feeds: reverse ? [...feeds].reverse() : feeds }));
    };
    expect(canonical(report(true))).toBe(canonical(report(false)));
    expect(report(true).verdicts.map(({ key }) => key)).toEqual(['a', 'b']);
  });

  test('a plan stays listed when its pair is rejected later in the cycle', () => {
    const reporter = new CycleReporter();
    reporter.onCandidate('a');
    reporter.onVerdict(candidate('a', REJECTED, 1));
    reporter.onVerdict(candidate('a', PLANNED, 2));
    reporter.onVerdict(candidate('a', REJECTED, 3));
    const report = reporter.endCycle(cycleEnd(1));
    expect(report.plans).toBe(1);
    expect(report.verdicts.map(({ verdict, atMs }) => [verdict.kind, atMs])).toEqual([
      ['plan', 2],
      ['reject', 3],
    ]);
  });

  test('counters of a feed are what the cycle added to them', () => {
    const reporter = new CycleReporter();
    reporter.endCycle(cycleEnd(1, { feeds: [feedState({ frames: 100, gaps: 2 })] }));
    const second = reporter.endCycle(
      cycleEnd(2, { feeds: [feedState({ frames: 130, gaps: 2, checksumErrors: 1, reconnects: 1 })] }),
    );
    expect(second.feeds[0]).toMatchObject({ frames: 30, faults: 1, reconnects: 1 });
  });

  test('a divergence that ended counts in its last cycle and no further', () => {
    const reporter = new CycleReporter();
    reporter.onCandidate('a');
    reporter.onVerdict(candidate('a', REJECTED));
    reporter.onCandidateEnded('a');
    expect(reporter.endCycle(cycleEnd(1)).candidates).toBe(1);
    expect(reporter.endCycle(cycleEnd(2)).candidates).toBe(0);
  });
});

test('a deal that is still open is not reported closed', () => {
  expect(() => new CycleReporter().onDealClosed(deal('d1', { outcome: 'open' }), 0, 0)).toThrow(InvariantError);
});

describe('[FCL] a report says what it lacks', () => {
  test.each([
    [{ feeds: null }, 'feeds'],
    [{ feeds: [] }, 'feeds'],
    [{ health: null }, 'health'],
    [{ profiles: null }, 'profiles'],
    [{ equityUsd: null }, 'equity'],
    [{ missing: ['reports on disk'] }, 'reports on disk'],
  ])('%o', (overrides, missing) => {
    const report = new CycleReporter().endCycle(cycleEnd(1, overrides));
    expect(report.complete).toBe(false);
    expect(report.missing).toEqual([missing]);
  });

  test('[PL-1] a candidate that was never judged is named', () => {
    const reporter = new CycleReporter();
    reporter.onCandidate('a');
    expect(reporter.endCycle(cycleEnd(1)).missing).toEqual(['verdict of a']);
  });

  test('a reading that is not a number is named, not hidden', () => {
    const report = new CycleReporter().endCycle(cycleEnd(1, { feeds: [feedState({ roundTripMs: Number.NaN })] }));
    expect(report.complete).toBe(false);
    expect(report.missing).toEqual(['readable feeds.0.roundTripMs']);
  });
});

describe('[TE-2] decision times', () => {
  test('are p50, p99 and max; absent on a virtual clock', () => {
    const reporter = new CycleReporter();
    for (let micros = 1; micros <= 100; micros += 1) reporter.onDecisionTime(micros);
    expect(reporter.endCycle(cycleEnd(1, { timed: true })).decisionMicros).toEqual({ p50: 50, p99: 99, max: 100 });
    reporter.onDecisionTime(7);
    expect(reporter.endCycle(cycleEnd(2)).decisionMicros).toBeNull();
  });
});
