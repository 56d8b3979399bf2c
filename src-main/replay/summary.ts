import type { Deal } from '#shared/domain/deal';
import { type FeedId, feedOfListing } from '#shared/domain/ids';
import type { Fill } from '#shared/domain/order';
import type { Candidate } from '#shared/domain/plan';
import { WATERFALL_PARTS, type WaterfallPart } from '#shared/domain/waterfall';
import { type Decimal, decimal, wire, ZERO } from '#shared/money/decimal';
import type { RecordedFolder } from './bars.ts';
import type { Outage } from './candle-feed.ts';
import type { FeeSchedule } from './fees.ts';
import { MODEL_NOTES } from './model.ts';

/** What the engine said and did about a venue while it had no bars. */
export interface OutageStory extends Outage {
  /** Verdicts on pairs with the venue, by reason; `plan` where one was made. */
  readonly verdicts: Readonly<Record<string, number>>;
  readonly fills: number;
}

/** Expected against realised, USD; costs negative (CO-3). */
export interface CostLine {
  readonly part: WaterfallPart;
  readonly expectedUsd: string;
  readonly realisedUsd: string;
}

/** All a replay has to say, in money as decimal text, USD. */
export interface ReplaySummary {
  readonly source: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly barMs: number;
  readonly bars: number;
  readonly instruments: readonly string[];
  readonly cycles: number;
  readonly incompleteCycles: number;
  readonly candidates: number;
  readonly plans: number;
  /** Verdicts by reject reason, most frequent first. */
  readonly verdicts: Readonly<Record<string, number>>;
  readonly deals: {
    readonly opened: number;
    readonly completed: number;
    readonly unwound: number;
    readonly noFill: number;
  };
  readonly fills: { readonly maker: number; readonly taker: number };
  readonly feesUsd: string;
  readonly expectedNetUsd: string;
  readonly realisedNetUsd: string;
  readonly costs: readonly CostLine[];
  readonly pnlUsd: string;
  readonly maxDrawdownPct: number;
  readonly outages: readonly OutageStory[];
  readonly decisionsHash: string;
  readonly feeSentence: string;
  readonly warnings: readonly string[];
  readonly modelNotes: readonly string[];
}

/** What only the engine's books of account know at the end. */
export interface ReplayEnd {
  readonly folder: RecordedFolder;
  readonly fees: FeeSchedule;
  readonly outages: readonly Outage[];
  readonly decisionsHash: string;
  /** Trading result over the whole period, USD. */
  readonly pnlUsd: Decimal;
  readonly maxDrawdownPct: number;
}

/** Digits of money in a report; the ledger keeps more. */
const USD_DIGITS = 6;

const increment = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
const byCount = (counts: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));

/** Counts what an engine reports over a replay. Observes only; all calls come from the replay's observer. */
export class ReplayTally {
  readonly #lastCloseMs: (feed: FeedId) => number;
  readonly #barMs: number;
  readonly #verdicts = new Map<string, number>();
  /** By feed and the close after which its bars were missing: what was said and filled until they came again. */
  readonly #silences = new Map<string, { readonly verdicts: Map<string, number>; fills: number }>();
  readonly #costs = new Map<WaterfallPart, { expected: Decimal; realised: Decimal }>();
  readonly #outcomes = { completed: 0, unwound: 0, 'no-fill': 0 };
  readonly #fills = { maker: 0, taker: 0 };
  #candidates = 0;
  #plans = 0;
  #opened = 0;
  #cycles = 0;
  #incomplete = 0;
  #expected: Decimal = ZERO;
  #realised: Decimal = ZERO;

  /** `lastCloseMs`: close of the last bar of any instrument of a feed, as the tape knows it at the time of the call. */
  constructor(barMs: number, lastCloseMs: (feed: FeedId) => number) {
    this.#barMs = barMs;
    this.#lastCloseMs = lastCloseMs;
  }

  candidateSeen(): void {
    this.#candidates += 1;
  }

  verdict(candidate: Candidate): void {
    const { verdict, buy, sell, atMs } = candidate;
    const said = verdict.kind === 'plan' ? 'plan' : verdict.reason;
    if (verdict.kind === 'plan') this.#plans += 1;
    else increment(this.#verdicts, said);
    for (const feed of new Set([feedOfListing(buy), feedOfListing(sell)])) {
      const silence = this.#silenceOf(feed, atMs);
      if (silence !== undefined) increment(silence.verdicts, said);
    }
  }

  dealOpened(): void {
    this.#opened += 1;
  }

  /** One execution, when it happens. */
  fill(fill: Fill): void {
    this.#fills[fill.liquidity] += 1;
    const silence = this.#silenceOf(feedOfListing(fill.listing), fill.atMs);
    if (silence !== undefined) silence.fills += 1;
  }

  dealClosed(deal: Deal): void {
    if (deal.outcome !== 'open') this.#outcomes[deal.outcome] += 1;
    this.#expected = this.#expected.plus(decimal(deal.expectedNetUsd));
    this.#realised = this.#realised.plus(decimal(deal.realisedNetUsd ?? '0'));
    for (const { part, expectedUsd, realisedUsd } of deal.costs) {
      const sum = this.#costs.get(part) ?? { expected: ZERO, realised: ZERO };
      this.#costs.set(part, {
        expected: sum.expected.plus(decimal(expectedUsd)),
        realised: sum.realised.plus(decimal(realisedUsd)),
      });
    }
  }

  cycleEnded(complete: boolean): void {
    this.#cycles += 1;
    if (!complete) this.#incomplete += 1;
  }

  summary({ folder, fees, outages, decisionsHash, pnlUsd, maxDrawdownPct }: ReplayEnd): ReplaySummary {
    const usd = (value: Decimal) => wire(value.round(USD_DIGITS));
    return {
      source: folder.path,
      fromMs: folder.fromMs,
      toMs: folder.toMs,
      barMs: folder.barMs,
      bars: folder.barCount,
      instruments: folder.instruments.map(({ listing }) => listing),
      cycles: this.#cycles,
      incompleteCycles: this.#incomplete,
      candidates: this.#candidates,
      plans: this.#plans,
      verdicts: byCount(this.#verdicts),
      deals: {
        opened: this.#opened,
        completed: this.#outcomes.completed,
        unwound: this.#outcomes.unwound,
        noFill: this.#outcomes['no-fill'],
      },
      fills: { ...this.#fills },
      feesUsd: usd((this.#costs.get('fees')?.realised ?? ZERO).neg()),
      expectedNetUsd: usd(this.#expected),
      realisedNetUsd: usd(this.#realised),
      costs: WATERFALL_PARTS.flatMap((part) => {
        const sum = this.#costs.get(part);
        return sum === undefined ? [] : [{ part, expectedUsd: usd(sum.expected), realisedUsd: usd(sum.realised) }];
      }),
      pnlUsd: usd(pnlUsd),
      maxDrawdownPct,
      outages: outages.map((outage) => this.#story(outage)),
      decisionsHash,
      feeSentence: fees.sentence,
      warnings: folder.warnings,
      modelNotes: MODEL_NOTES,
    };
  }

  /** What is being said while a feed lacks bars; `undefined` while it has them. */
  #silenceOf(feed: FeedId, atMs: number): { readonly verdicts: Map<string, number>; fills: number } | undefined {
    const lastCloseMs = this.#lastCloseMs(feed);
    if (!(atMs - lastCloseMs >= this.#barMs)) return undefined;
    const key = `${feed} ${lastCloseMs}`;
    const silence = this.#silences.get(key) ?? { verdicts: new Map<string, number>(), fills: 0 };
    this.#silences.set(key, silence);
    return silence;
  }

  #story(outage: Outage): OutageStory {
    const silence = this.#silences.get(`${outage.feed} ${outage.lastBarMs + this.#barMs}`);
    return { ...outage, verdicts: byCount(silence?.verdicts ?? new Map()), fills: silence?.fills ?? 0 };
  }
}
