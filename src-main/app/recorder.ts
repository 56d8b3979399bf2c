import type { HealthTransition } from '#engine/health/venue-health';
import type { CycleReadings, EngineObserver, Failover, MaintenanceNotice } from '#engine/observer';
import { CycleReporter } from '#main/telemetry/cycle-reports';
import { DecisionsHash } from '#main/telemetry/decisions-hash';
import type { Log } from '#main/telemetry/log';
import type { Notifications } from '#main/telemetry/notifications';
import type { QueryOutput } from '#shared/contract/contract';
import type { Deal } from '#shared/domain/deal';
import { type FeedId, type ListingId, VENUE_NAMES, venueOf } from '#shared/domain/ids';
import type { Candidate } from '#shared/domain/plan';
import type { RejectReason } from '#shared/domain/reject';
import type { CycleReport } from '#shared/domain/report';
import type { Breaker, KillState } from '#shared/domain/safety';
import type { Clock } from '#shared/kernel/time';

/** Candidates and report summaries kept for the window, newest last. */
const CANDIDATES_KEPT = 600;
const REPORTS_KEPT = 500;
const FLICKER: RejectReason = 'divergence-too-young';
const UNPLANNED: RejectReason = 'unsupported-order';
const HOUR_MS = 3_600_000;

/** A report in the list of reports; the whole of it is read from the disk. */
export type ReportRow = QueryOutput<'reports.list'>[number];

const rowOf = (report: CycleReport): ReportRow => ({
  cycle: report.cycle,
  fromMs: report.fromMs,
  toMs: report.toMs,
  candidates: report.candidates,
  plans: report.plans,
  opened: report.dealsOpened.length,
  closed: report.dealsClosed.length,
  complete: report.complete,
});

/** Told of what a run's summary counts, as it happens. */
export interface RunTally {
  verdict(candidate: Candidate): void;
  flickered(): void;
  dealOpened(): void;
  dealClosed(deal: Deal): void;
  cycleEnded(complete: boolean): void;
}

export interface RecorderOptions {
  readonly clock: Clock;
  readonly mode: CycleReport['mode'];
  readonly notifications: Notifications;
  readonly log: Log;
  /** Where finished reports go; returns why it could not keep one, or `undefined`. */
  readonly keep: (report: CycleReport) => string | undefined;
  /** False on a virtual clock, where time from frame to decision has no meaning. */
  readonly timed: boolean;
  readonly tally?: RunTally;
  /** Told of every defect that was contained; where runs are compared it had better throw. */
  readonly onDefect?: (error: unknown) => void;
}

/** Turns what the engine says of itself into reports, the decisions hash, notifications and log lines. Decides nothing. */
export class Recorder implements EngineObserver {
  readonly #options: RecorderOptions;
  readonly #reporter = new CycleReporter();
  readonly #hash = new DecisionsHash();
  readonly #candidates = new Map<string, Candidate>();
  readonly #reports: ReportRow[] = [];
  readonly #verdicts = new Map<RejectReason, number>();
  #rows: readonly Candidate[] | undefined;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** The last verdict of each recent candidate, newest first; the same array until one changes. */
  candidates(): readonly Candidate[] {
    this.#rows ??= [...this.#candidates.values()].reverse();
    return this.#rows;
  }

  /** Newest first. */
  recentReports(limit: number): readonly ReportRow[] {
    return this.#reports.slice(-limit).reverse();
  }

  /** Over every verdict and deal so far (PP-4). */
  decisionsHash(): string {
    return this.#hash.digest();
  }

  /** Rejects since the start by reason, most frequent first. */
  rejects(): Record<string, number> {
    return Object.fromEntries([...this.#verdicts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));
  }

  candidateSeen(key: string): void {
    this.#reporter.onCandidate(key);
  }

  verdict(candidate: Candidate): void {
    this.#reporter.onVerdict(candidate);
    this.#options.tally?.verdict(candidate);
    this.#hash.verdict(candidate);
    if (candidate.verdict.kind === 'reject') {
      const { reason } = candidate.verdict;
      this.#verdicts.set(reason, (this.#verdicts.get(reason) ?? 0) + 1);
    }
    // Taken out first, so that iteration stays in order of the last verdict.
    this.#candidates.delete(candidate.key);
    this.#candidates.set(candidate.key, candidate);
    const [oldest] = this.#candidates.keys();
    if (this.#candidates.size > CANDIDATES_KEPT && oldest !== undefined) this.#candidates.delete(oldest);
    this.#rows = undefined;
  }

  flickered(): void {
    this.#reporter.onFlicker();
    this.#options.tally?.flickered();
    this.#verdicts.set(FLICKER, (this.#verdicts.get(FLICKER) ?? 0) + 1);
  }

  unplanned(): void {
    this.#reporter.onUnplanned();
    this.#verdicts.set(UNPLANNED, (this.#verdicts.get(UNPLANNED) ?? 0) + 1);
  }

  candidateEnded(key: string): void {
    this.#reporter.onCandidateEnded(key);
  }

  dealOpened(dealId: string): void {
    this.#reporter.onDealOpened(dealId);
    this.#options.tally?.dealOpened();
    this.#options.log.write('info', 'deal-opened', `deal ${dealId} opened`);
  }

  dealClosed(deal: Deal, makerFills: number, takerFills: number): void {
    const summary = this.#reporter.onDealClosed(deal, makerFills, takerFills);
    this.#options.tally?.dealClosed(deal);
    this.#hash.plan(deal.plan);
    this.#hash.dealClosed(summary);
    this.#options.log.write('info', 'deal-closed', `deal ${deal.id} closed: ${summary.outcome}`, { ...summary });
    if (summary.outcome === 'unwound') {
      this.#say(
        'alert',
        `unwound:${deal.base}`,
        `Deal ${deal.id} (${deal.base}) could not be completed and was unwound.`,
      );
    }
  }

  breaker(breaker: Breaker): void {
    this.#reporter.onBreaker(breaker);
    const scope = breaker.scope === 'global' ? 'The global breaker' : `The breaker of ${VENUE_NAMES[breaker.scope]}`;
    const text = `${scope} is ${breaker.state}${breaker.cause === null ? '' : `: ${breaker.cause}, ${breaker.reading ?? ''}`}.`;
    this.#options.log.write('warn', 'breaker', text);
    const condition = `breaker:${breaker.scope}`;
    if (breaker.state === 'open') {
      this.#raise(breaker.scope === 'global' ? 'alarm' : 'alert', condition, text, true);
    } else if (breaker.state === 'closed') {
      this.#options.notifications.clear(condition);
    }
  }

  kill(state: KillState): void {
    if (!state.engaged) {
      this.#options.log.write('warn', 'kill', 'the kill switch was re-armed');
      this.#options.notifications.clear('kill');
      return;
    }
    const text = `The kill switch is engaged (${state.level ?? ''}) by ${state.by ?? ''}: ${state.reason ?? ''}.`;
    this.#options.log.write('warn', 'kill', text, { report: state.report });
    this.#raise('alarm', 'kill', text, true);
  }

  failover(_failover: Failover, detail: string): void {
    this.#reporter.onFailover();
    this.#options.log.write('warn', 'failover', detail);
    this.#say('alert', 'failover', detail);
  }

  health({ venue, vetoed, score }: HealthTransition): void {
    const name = VENUE_NAMES[venue];
    const text = vetoed
      ? `${name} gets no entries: its health fell to ${score.toFixed(2)}.`
      : `${name} may be entered again: its health is ${score.toFixed(2)}.`;
    this.#options.log.write('info', `health-${venue}`, text);
    if (vetoed) this.#raise('alert', `health:${venue}`, text, true);
    else this.#options.notifications.clear(`health:${venue}`);
  }

  feed(feed: FeedId, reason: string): void {
    this.#options.log.write('info', `feed-${feed}`, `${VENUE_NAMES[venueOf(feed)]}: ${reason}`);
  }

  maintenance({ feed, turn, text }: MaintenanceNotice): void {
    const condition = `maintenance:${feed}`;
    const { log, notifications } = this.#options;
    log.write(turn === 'entries-end' || turn === 'unreadable' ? 'warn' : 'info', condition, text);
    if (turn === 'entries-end') this.#raise('alert', condition, text, true);
    else if (turn === 'entries-again') notifications.clear(condition);
    // That announcements cannot be read is said in the log and beside the feed: it is no news of the venue.
    const news = turn === 'announced' || turn === 'withdrawn' || turn === 'entries-again';
    if (news) this.#say('message', `${condition}:${turn}`, text);
  }

  intervalChanged(listing: ListingId, fromMs: number, toMs: number): void {
    const hours = (ms: number) => `${ms / HOUR_MS} h`;
    const text = `The funding interval of ${listing} changed from ${hours(fromMs)} to ${hours(toMs)}.`;
    this.#options.log.write('warn', `funding-${listing}`, text);
    this.#say('alert', `funding-interval:${listing}`, text);
  }

  profileFailed(profile: string, message: string, retryInMs: number): void {
    const text = `Profile “${profile}” failed and waits ${Math.round(retryInMs / 1000)} s: ${message}`;
    this.#options.log.write('error', `profile-${profile}`, text);
    this.#say('alert', `profile:${profile}`, text);
  }

  defect(part: string, error: unknown): void {
    this.#options.log.write(
      'error',
      `defect:${part}`,
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    );
    const said = error instanceof Error ? error.message : String(error);
    const text = `A defect of Crossbook was caught in ${part}: ${said}. The log has the details.`;
    this.#raise('alarm', `defect:${part}`, text, true);
    this.#options.onDefect?.(error);
  }

  alert(key: string, text: string): void {
    this.#options.log.write('warn', key, text);
    this.#raise('alert', key, text, true);
  }

  alarm(key: string, text: string): void {
    this.#options.log.write('error', key, text);
    this.#raise('alarm', key, text, true);
  }

  alarmCleared(key: string): void {
    this.#options.notifications.clear(key);
  }

  decided(micros: number): void {
    this.#reporter.onDecisionTime(micros);
  }

  cycleEnded(readings: CycleReadings): boolean {
    const report = this.#reporter.endCycle({
      ...readings,
      mode: this.#options.mode,
      profiles: [...readings.profiles],
      missing: [],
      timed: this.#options.timed,
    });
    this.#reports.push(rowOf(report));
    if (this.#reports.length > REPORTS_KEPT) this.#reports.shift();
    const problem = this.#options.keep(report);
    if (problem === undefined) this.#options.notifications.clear('reports');
    else this.#raise('alert', 'reports', problem, true);
    const complete = report.complete && problem === undefined;
    this.#options.tally?.cycleEnded(complete);
    return complete;
  }

  #say(kind: 'alert' | 'message', condition: string, text: string): void {
    this.#raise(kind, condition, text, false);
  }

  #raise(kind: 'alarm' | 'alert' | 'message', condition: string, text: string, lasting: boolean): void {
    this.#options.notifications.raise({ kind, condition, text, atMs: this.#options.clock.wallMs(), lasting });
  }
}
