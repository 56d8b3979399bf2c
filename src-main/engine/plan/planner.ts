import type { Listing } from '#shared/domain/listing';
import type { Candidate, Plan } from '#shared/domain/plan';
import type { RejectReason } from '#shared/domain/reject';
import { err, ok, type Result } from '#shared/kernel/result';
import { fromDouble, wire } from '#shared/money/decimal';
import type { Profile } from '#shared/settings/settings';
import type { Divergence } from '../detect/divergence.ts';
import type { Breakers } from '../risk/breakers.ts';
import { type Refusal, refusal } from '../risk/refusal.ts';
import { VenueChecks } from '../route/venue-checks.ts';
import { type AgePolicy, LIVE_AGES } from './ages.ts';
import type { Draft } from './draft.ts';
import { ExactJudge, type ExactOptions, UNPRICED, type Weighed } from './exact.ts';
import { FirstLook, type Look } from './first-look.ts';
import type { PairIdentity } from './identity.ts';
import { PairChecks } from './pair-checks.ts';
import type { Quarantine } from './quarantine.ts';
import { partOf } from './waterfall.ts';

export interface PlannerOptions extends Omit<ExactOptions, 'ages'> {
  readonly breakers: Breakers;
  readonly quarantine: Quarantine;
  readonly identity: PairIdentity;
  /** Durable and unique (EX-2); called once for each plan that is made. */
  readonly nextPlanId: () => string;
  /** How ages are judged; {@link LIVE_AGES} when left out. */
  readonly ages?: AgePolicy;
}

/** PL-1: what a judgement gave. */
export interface Judgement {
  /** The candidate as last recorded; the same object while its verdict has not changed. */
  readonly candidate: Candidate;
  /** Present exactly when this call made a plan. It is to be opened before the next judgement, or dropped. */
  readonly plan: Plan | undefined;
  /** The verdict is new: the candidate is to be reported. */
  readonly changed: boolean;
  /** When the verdict may change without any book changing, ms from now. */
  readonly recheckInMs: number | undefined;
}

/** Verdicts of one profile since they were last taken. */
export interface VerdictCounts {
  /** Judgements made, changed or not. */
  readonly judged: number;
  readonly plans: number;
  /** Changes of verdict to each reason. */
  readonly rejects: Readonly<Partial<Record<RejectReason, number>>>;
}

interface Memory {
  /** What stage 1 said last: a reason, or `pays`. */
  seen: RejectReason | 'pays' | undefined;
  /** Not to be priced again before this, while stage 1 says the same or sees no edge that pays; monotonic ms. */
  notBeforeMs: number;
  judgement: Judgement | undefined;
}

interface ProfileState {
  cycle: number;
  judged: number;
  plans: number;
  rejects: Partial<Record<RejectReason, number>>;
  readonly memories: Map<string, Memory>;
}

/**
 * PL-1: gives every divergence exactly one verdict for each profile. Stage 1 ({@link FirstLook}) looks at every change
 * in doubles; stage 2 ({@link ExactJudge}) prices in decimals when what stage 1 sees has changed, or seems to pay. The
 * order in which reasons are tested is that of stage 1, then of stage 2.
 */
export class Planner {
  readonly #options: PlannerOptions;
  readonly #pairs: PairChecks;
  readonly #firstLook: FirstLook;
  readonly #exact: ExactJudge;
  readonly #profiles = new Map<string, ProfileState>();
  readonly #ages: AgePolicy;

  constructor(options: PlannerOptions) {
    this.#options = options;
    this.#ages = options.ages ?? LIVE_AGES;
    const { market, health, limits, breakers, rules, quarantine, identity } = options;
    const checks = new VenueChecks({ market, health, breakers, rules });
    this.#pairs = new PairChecks({ market, quarantine, identity });
    this.#firstLook = new FirstLook({ market, health, limits, checks, pairs: this.#pairs, quarantine });
    this.#exact = new ExactJudge({ ...options, ages: this.#ages });
  }

  /** PL-4: does the profile look at this base asset at all? */
  static inScope(profile: Profile, base: string): boolean {
    return profile.enabled && (profile.pairScope === 'all' || profile.pairScope.includes(base));
  }

  /** Call on each change of either book of a divergence that is in the profile's scope. */
  judge(divergence: Divergence, profile: Profile): Judgement {
    const { clock, market } = this.#options;
    const state = this.#stateOf(profile.id);
    state.judged += 1;
    const memory = memoryOf(state, divergence.key);
    const nowMs = clock.monoMs();
    const ageMs = nowMs - divergence.firstSeenMonoMs;
    const buy = market.listing(divergence.buy.id);
    const sell = market.listing(divergence.sell.id);
    const look = this.#firstLook.look(divergence, buy, sell, ageMs);
    const before = memory.judgement;
    const seen = seenOf(look);
    if (before !== undefined) {
      const { verdict } = before.candidate;
      const same = seen === memory.seen;
      if (same && verdict.kind === 'reject' && verdict.reason === seen) return before;
      // One reason not to pay gives way to another with each tick of an edge near its costs: none of them is a plan.
      const stillThin = look.kind === 'thin' && verdict.kind === 'reject';
      const waitMs = memory.notBeforeMs - nowMs;
      if (waitMs > 0 && (same || stillThin)) return { ...before, recheckInMs: waitMs };
    }
    memory.seen = seen;
    if (look.kind === 'refused' || buy === undefined || sell === undefined) {
      const why = look.kind === 'refused' ? look.refusal : refusal('venue-status', 'A leg left the catalogue.');
      return this.#conclude(memory, state, divergence, profile, ageMs, { ...UNPRICED, refusal: why });
    }
    const closest = look.kind === 'thin' ? look.style : undefined;
    const weighed = this.#exact.weigh(profile, buy, sell, ageMs, closest);
    const recheckMs = this.#recheckMs(weighed, ageMs);
    memory.notBeforeMs = nowMs + recheckMs;
    return this.#conclude(
      memory,
      state,
      divergence,
      profile,
      ageMs,
      weighed,
      weighed.refusal?.reason === seen ? undefined : recheckMs,
    );
  }

  /** RO-3: plans the same deal anew between two listings. Its age was judged with the first plan. */
  replan(profile: Profile, buy: Listing, sell: Listing): Result<Plan, Refusal> {
    const unfit = this.#pairs.all(buy, sell);
    if (unfit !== undefined) return err(unfit);
    const weighed = this.#exact.weigh(profile, buy, sell, undefined);
    if (weighed.draft === undefined) {
      return err(weighed.refusal ?? refusal('telemetry-incomplete', 'Nothing could be planned.'));
    }
    return ok(this.#named(weighed.draft));
  }

  /** The divergence is over: its candidates are forgotten, so that a new one is judged from the start. */
  ended(divergenceKey: string): void {
    for (const state of this.#profiles.values()) state.memories.delete(divergenceKey);
  }

  /** A new reporting cycle of the profile: candidates carry its number, trades per cycle start again. */
  beginCycle(profileId: string, cycle: number): void {
    this.#stateOf(profileId).cycle = cycle;
    this.#options.pacing.beginCycle(profileId);
  }

  /** Verdicts of the profile since the last call. */
  takeCounts(profileId: string): VerdictCounts {
    const state = this.#stateOf(profileId);
    const { judged, plans, rejects } = state;
    state.judged = 0;
    state.plans = 0;
    state.rejects = {};
    return { judged, plans, rejects };
  }

  /** The last recorded candidate of every divergence that lives, in order of profile and first sight. */
  candidates(): readonly Candidate[] {
    const rows: Candidate[] = [];
    for (const state of this.#profiles.values()) {
      for (const { judgement } of state.memories.values()) if (judgement !== undefined) rows.push(judgement.candidate);
    }
    return rows;
  }

  #conclude(
    memory: Memory,
    state: ProfileState,
    divergence: Divergence,
    profile: Profile,
    ageMs: number,
    weighed: Weighed,
    recheckInMs?: number,
  ): Judgement {
    const before = memory.judgement;
    const reason = weighed.refusal?.reason;
    if (
      reason !== undefined &&
      before?.candidate.verdict.kind === 'reject' &&
      before.candidate.verdict.reason === reason
    ) {
      memory.judgement = { candidate: before.candidate, plan: undefined, changed: false, recheckInMs };
      return memory.judgement;
    }
    const plan = weighed.draft === undefined ? undefined : this.#named(weighed.draft);
    const candidate = this.#candidate(divergence, profile, state.cycle, ageMs, weighed, plan);
    if (plan !== undefined) state.plans += 1;
    else if (reason !== undefined) state.rejects[reason] = (state.rejects[reason] ?? 0) + 1;
    memory.judgement = { candidate, plan: undefined, changed: false, recheckInMs };
    return { candidate, plan, changed: true, recheckInMs };
  }

  #recheckMs(weighed: Weighed, ageMs: number): number {
    if (weighed.refusal?.reason !== 'divergence-too-young') return this.#ages.recheckMs;
    return this.#options.limits.double('divergenceMinMs') * this.#ages.minimumFactor - ageMs;
  }

  #named(draft: Draft): Plan {
    return { id: this.#options.nextPlanId(), ...draft };
  }

  #candidate(
    divergence: Divergence,
    profile: Profile,
    cycle: number,
    ageMs: number,
    weighed: Weighed,
    plan: Plan | undefined,
  ): Candidate {
    const { waterfall, quantity, notionalUsd } = weighed;
    const gross = waterfall === undefined ? fromDouble(divergence.grossBps, 6) : partOf(waterfall, 'gross');
    return {
      key: `${profile.id}/${divergence.key}`,
      profile: profile.id,
      strategy: 'spread',
      base: divergence.base,
      buy: divergence.buy.id,
      sell: divergence.sell.id,
      cycle,
      atMs: this.#options.clock.wallMs(),
      ageMs,
      grossBps: wire(gross),
      netBps: waterfall?.netBps ?? null,
      quantity: quantity === undefined ? null : wire(quantity),
      notionalUsd: notionalUsd === undefined ? null : wire(notionalUsd.round(8)),
      verdict:
        plan === undefined
          ? {
              kind: 'reject',
              reason: weighed.refusal?.reason ?? 'telemetry-incomplete',
              detail: weighed.refusal?.detail ?? 'Nothing could be planned.',
            }
          : { kind: 'plan', planId: plan.id },
      waterfall: waterfall ?? null,
      alternates: [...weighed.alternates()],
      makerTaker: weighed.makerTaker ?? null,
      confidence: weighed.confidence ?? null,
    };
  }

  #stateOf(profileId: string): ProfileState {
    let state = this.#profiles.get(profileId);
    if (state === undefined) {
      state = { cycle: 0, judged: 0, plans: 0, rejects: {}, memories: new Map() };
      this.#profiles.set(profileId, state);
    }
    return state;
  }
}

function seenOf(look: Look): RejectReason | 'pays' {
  if (look.kind === 'pays') return 'pays';
  return look.kind === 'refused' ? look.refusal.reason : look.reason;
}

function memoryOf(state: ProfileState, key: string): Memory {
  let memory = state.memories.get(key);
  if (memory === undefined) {
    memory = { seen: undefined, notBeforeMs: Number.NEGATIVE_INFINITY, judgement: undefined };
    state.memories.set(key, memory);
  }
  return memory;
}
