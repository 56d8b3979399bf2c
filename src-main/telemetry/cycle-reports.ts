import type { Deal } from '#shared/domain/deal';
import type { FeedState, VenueHealth } from '#shared/domain/market';
import type { Candidate } from '#shared/domain/plan';
import type { RejectReason } from '#shared/domain/reject';
import { type CycleReport, cycleReportSchema } from '#shared/domain/report';
import type { Breaker } from '#shared/domain/safety';
import { invariant } from '#shared/kernel/invariant';
import { LatencyHistogram } from './histogram.ts';

export type ClosedDeal = CycleReport['dealsClosed'][number];
export type ProfileResult = CycleReport['profiles'][number];

/** What is read off the engine when a cycle ends. `null` means it could not be read: the report is incomplete (FCL). */
export interface CycleEnd {
  readonly cycle: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly mode: CycleReport['mode'];
  readonly auto: CycleReport['auto'];
  readonly feeds: readonly FeedState[] | null;
  readonly health: readonly VenueHealth[] | null;
  readonly profiles: readonly ProfileResult[] | null;
  readonly equityUsd: string | null;
  /** Required inputs that others found missing in this cycle, by name. */
  readonly missing: readonly string[];
  /** False on a virtual clock, where time from frame to decision has no meaning. */
  readonly timed: boolean;
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Counters of a feed run from its start; a cycle reports what they grew by. */
interface FeedCounters {
  readonly frames: number;
  readonly faults: number;
  readonly reconnects: number;
}

const countersOf = (feed: FeedState): FeedCounters => ({
  frames: feed.frames,
  faults: feed.decodeErrors + feed.gaps + feed.checksumErrors,
  reconnects: feed.reconnects,
});
const NO_COUNTERS: FeedCounters = { frames: 0, faults: 0, reconnects: 0 };
/** A counter below its last reading began again with a new feed object: all of it is new. */
const growth = (now: number, before: number) => (now >= before ? now - before : now);

/**
 * TE-1: gathers what happens in a cycle and says it in one report, deterministic in content and order: the same calls
 * give the same report, byte for byte. It observes and never decides; nothing it holds is read by the engine.
 */
export class CycleReporter {
  /** Divergences that are alive and the verdict each has, by candidate key; `null` until it is judged (PL-1). */
  readonly #alive = new Map<string, Candidate['verdict'] | null>();
  readonly #ended = new Set<string>();
  readonly #counters = new Map<string, FeedCounters>();
  readonly #decisions = new LatencyHistogram();
  /** The last verdict of the cycle by candidate key, and every plan beside it: a deal's reasons must be found again. */
  readonly #verdicts = new Map<string, Candidate>();
  readonly #rejects = new Map<RejectReason, number>();
  #plans = 0;
  #opened: string[] = [];
  #closed: ClosedDeal[] = [];
  #breakers: Breaker[] = [];
  #failovers = 0;

  /** A divergence appeared; `candidate` is the key its verdicts will carry. */
  onCandidate(candidate: string): void {
    if (!this.#alive.has(candidate)) this.#alive.set(candidate, null);
    this.#ended.delete(candidate);
  }

  /** A verdict was given or changed. */
  onVerdict(candidate: Candidate): void {
    this.#alive.set(candidate.key, candidate.verdict);
    const { verdict } = candidate;
    const place = verdict.kind === 'plan' ? `${candidate.key} ${verdict.planId}` : candidate.key;
    this.#verdicts.delete(place);
    this.#verdicts.set(place, candidate);
    if (candidate.verdict.kind === 'plan') this.#plans += 1;
    else this.#count(candidate.verdict.reason);
  }

  /** SD-3: a divergence that ended before its least age; counted, not listed. */
  onFlicker(): void {
    this.#count('divergence-too-young');
  }

  /** A divergence that nothing plans yet; counted, not listed: a basis of perpetuals would fill the report. */
  onUnplanned(): void {
    this.#count('unsupported-order');
  }

  /** A divergence ended; it still counts in the cycle it ended in. */
  onCandidateEnded(candidate: string): void {
    if (this.#alive.has(candidate)) this.#ended.add(candidate);
  }

  onDealOpened(dealId: string): void {
    this.#opened.push(dealId);
  }

  /** A deal is final; what the report says of it is returned. `makerFills`, `takerFills`: fills by liquidity. */
  onDealClosed(deal: Deal, makerFills: number, takerFills: number): ClosedDeal {
    const closed = closedDeal(deal, makerFills, takerFills);
    this.#closed.push(closed);
    return closed;
  }

  /** CB-3: every transition, in the order they happened. */
  onBreaker(breaker: Breaker): void {
    this.#breakers.push(breaker);
  }

  /** The executing venue was changed, by Auto mode or approved by a person (RO-3). */
  onFailover(): void {
    this.#failovers += 1;
  }

  /** TE-2: time from the arrival of a frame to the decision it led to, µs. */
  onDecisionTime(micros: number): void {
    this.#decisions.record(micros);
  }

  /** Ends the cycle and begins the next. The report is incomplete, and says of what, when anything it needs is not there. */
  endCycle(end: CycleEnd): CycleReport {
    const verdicts = [...this.#verdicts.values()].map(asListed).sort((a, b) => a.atMs - b.atMs || byText(a.key, b.key));
    const missing = [...new Set([...end.missing, ...this.#unread(end), ...this.#unjudged()])].sort(byText);
    const decisions = end.timed ? this.#decisions.summary() : null;
    const report: CycleReport = {
      cycle: end.cycle,
      fromMs: end.fromMs,
      toMs: end.toMs,
      mode: end.mode,
      auto: end.auto,
      feeds: this.#feeds(end.feeds ?? []),
      health: [...(end.health ?? [])]
        .map(({ venue, score, vetoed }) => ({ venue, score, vetoed }))
        .sort((a, b) => byText(a.venue, b.venue)),
      candidates: this.#alive.size,
      plans: this.#plans,
      rejects: Object.fromEntries([...this.#rejects].sort(([a], [b]) => byText(a, b))),
      verdicts,
      dealsOpened: [...this.#opened].sort(byText),
      dealsClosed: [...this.#closed].sort((a, b) => byText(a.dealId, b.dealId)),
      failovers: this.#failovers,
      // Spot has no funding; perpetuals will report theirs here (FC-4).
      funding: [],
      breakers: this.#breakers,
      profiles: [...(end.profiles ?? [])].sort((a, b) => byText(a.profile, b.profile)),
      equityUsd: end.equityUsd,
      complete: missing.length === 0,
      missing,
      decisionMicros: decisions && { p50: decisions.p50, p99: decisions.p99, max: decisions.max },
    };
    this.#begin();
    return this.#wellFormed(report);
  }

  #feeds(feeds: readonly FeedState[]): CycleReport['feeds'] {
    const rows = feeds.map((feed) => {
      const now = countersOf(feed);
      const before = this.#counters.get(feed.feed) ?? NO_COUNTERS;
      this.#counters.set(feed.feed, now);
      return {
        feed: feed.feed,
        fresh: feed.fresh,
        instruments: feed.instruments,
        lagP50Ms: feed.lagP50Ms,
        lagP99Ms: feed.lagP99Ms,
        roundTripMs: feed.roundTripMs,
        frames: growth(now.frames, before.frames),
        faults: growth(now.faults, before.faults),
        reconnects: growth(now.reconnects, before.reconnects),
      };
    });
    return rows.sort((a, b) => byText(a.feed, b.feed));
  }

  #unread(end: CycleEnd): string[] {
    const unread: string[] = [];
    if (end.feeds === null || end.feeds.length === 0) unread.push('feeds');
    if (end.health === null) unread.push('health');
    if (end.profiles === null) unread.push('profiles');
    if (end.equityUsd === null) unread.push('equity');
    return unread;
  }

  /** PL-1: a candidate without a verdict was dropped silently. One that ended before it was judged was not. */
  #unjudged(): string[] {
    return [...this.#alive]
      .filter(([key, verdict]) => verdict === null && !this.#ended.has(key))
      .map(([key]) => `verdict of ${key}`);
  }

  /** A report that breaks its own schema (a reading that is not a number, say) is kept, and says so. */
  #wellFormed(report: CycleReport): CycleReport {
    const problems = cycleReportSchema.safeParse(report).error?.issues.map((issue) => issue.path.join('.')) ?? [];
    if (problems.length === 0) return report;
    const missing = [...new Set([...report.missing, ...problems.map((path) => `readable ${path}`)])].sort(byText);
    return { ...report, complete: false, missing };
  }

  #count(reason: RejectReason): void {
    this.#rejects.set(reason, (this.#rejects.get(reason) ?? 0) + 1);
  }

  #begin(): void {
    for (const key of this.#ended) this.#alive.delete(key);
    this.#ended.clear();
    this.#decisions.reset();
    this.#verdicts.clear();
    this.#rejects.clear();
    this.#plans = 0;
    this.#opened = [];
    this.#closed = [];
    this.#breakers = [];
    this.#failovers = 0;
  }
}

/** CO-3: expected against realised, in all and for slippage alone. A deal still open has no outcome to report. */
function closedDeal(deal: Deal, makerFills: number, takerFills: number): ClosedDeal {
  invariant(deal.outcome !== 'open' && deal.realisedNetUsd !== null, `deal ${deal.id} was reported closed but is open`);
  const slippage = deal.costs.find(({ part }) => part === 'slippage');
  return {
    dealId: deal.id,
    outcome: deal.outcome,
    expectedNetUsd: deal.expectedNetUsd,
    realisedNetUsd: deal.realisedNetUsd,
    expectedSlippageUsd: slippage?.expectedUsd ?? '0',
    realisedSlippageUsd: slippage?.realisedUsd ?? '0',
    makerFills,
    takerFills,
  };
}

/** Reasons for which a candidate never came near to paying. */
const FAR_FROM_PAYING: ReadonlySet<RejectReason> = new Set<RejectReason>([
  'fees-kill',
  'stale-quote',
  'stale-conversion',
  'telemetry-incomplete',
  'venue-disabled',
  'venue-unhealthy',
  'venue-status',
]);

function asListed(candidate: Candidate): Candidate {
  const { verdict } = candidate;
  if (verdict.kind === 'plan' || !FAR_FROM_PAYING.has(verdict.reason)) return candidate;
  return { ...candidate, waterfall: null, alternates: [], makerTaker: null };
}
