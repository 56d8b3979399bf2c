import type { Deal } from '#shared/domain/deal';
import { type FeedId, feedOfListing } from '#shared/domain/ids';
import type { Fill } from '#shared/domain/order';
import type { Candidate } from '#shared/domain/plan';
import { WATERFALL_PARTS, type WaterfallPart } from '#shared/domain/waterfall';
import { type Decimal, decimal, wire, ZERO } from '#shared/money/decimal';
import type { RecordedFolder } from './bars.ts';
import type { Outage } from './candle-feed.ts';
import { VENUE_OUT_MS } from './model.ts';

/** What the engine said and did about a venue while it had no bars. */
export interface OutageStory extends Outage {
  /** Verdicts on pairs with the venue while it counted as out, by reason; `plan` where one was made. */
  readonly verdicts: Readonly<Record<string, number>>;
  /** The same from its first missing bar until it counted as out, when that could not be known yet. */
  readonly before: Readonly<Record<string, number>>;
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
    /** Still open when the recording ended. */
    readonly open: number;
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
  /** What was played; `barCount` 0 where there are no bars. */
  readonly folder: Pick<RecordedFolder, 'path' | 'fromMs' | 'toMs' | 'barMs' | 'barCount' | 'warnings'> & {
    readonly instruments: readonly { readonly listing: string }[];
  };
  /** Divergences found in all. */
  readonly candidates: number;
  /** Deals not closed when the recording ended: their fills and fees count, their outcome is not known. */
  readonly openDeals: readonly Deal[];
  readonly feeSentence: string;
  readonly modelNotes: readonly string[];
  readonly outages: readonly Outage[];
  readonly decisionsHash: string;
  /** Trading result over the whole period, USD. */
  readonly pnlUsd: Decimal;
  readonly maxDrawdownPct: number;
}

/** Digits of money in a report; the ledger keeps more. */
const USD_DIGITS = 6;

/** Counts what an engine reports over a replay, called by the replay's observer as things happen. Decides nothing. */
export class ReplayTally {
  readonly #lastCloseMs: (feed: FeedId) => number;
  readonly #barMs: number;
  readonly #verdicts = new Map<string, number>();
  /** By feed, the close after which its bars were missing, and whether it counted as out: what was said of it. */
  readonly #silences = new Map<string, Map<string, number>>();
  readonly #closed: Deal[] = [];
  #plans = 0;
  #opened = 0;
  #cycles = 0;
  #incomplete = 0;

  /** `lastCloseMs`: close of the last bar of any instrument of a feed, as the tape knows it at the time of the call. */
  constructor(barMs: number, lastCloseMs: (feed: FeedId) => number) {
    this.#barMs = barMs;
    this.#lastCloseMs = lastCloseMs;
  }

  verdict({ verdict, buy, sell, atMs }: Candidate): void {
    const said = verdict.kind === 'plan' ? 'plan' : verdict.reason;
    if (verdict.kind === 'plan') this.#plans += 1;
    else increment(this.#verdicts, said);
    for (const feed of new Set([feedOfListing(buy), feedOfListing(sell)])) {
      const lastCloseMs = this.#lastCloseMs(feed);
      if (!(atMs - lastCloseMs >= this.#barMs)) continue;
      const key = silenceKey(feed, lastCloseMs, atMs - lastCloseMs >= VENUE_OUT_MS);
      const silence = this.#silences.get(key) ?? new Map<string, number>();
      this.#silences.set(key, silence);
      increment(silence, said);
    }
  }

  /** A divergence that ended before its least age (SD-3). */
  flickered(): void {
    increment(this.#verdicts, 'divergence-too-young');
  }

  dealOpened(): void {
    this.#opened += 1;
  }

  dealClosed(deal: Deal): void {
    this.#closed.push(deal);
  }

  cycleEnded(complete: boolean): void {
    this.#cycles += 1;
    if (!complete) this.#incomplete += 1;
  }

  summary(end: ReplayEnd): ReplaySummary {
    const { folder, outages, openDeals } = end;
    const closed = this.#closed;
    const all = [...closed, ...openDeals];
    const fills = all.flatMap((deal) => deal.fills);
    const outcomes = (outcome: Deal['outcome']) => closed.filter((deal) => deal.outcome === outcome).length;
    const costs = costLines(closed);
    return {
      source: folder.path,
      fromMs: folder.fromMs,
      toMs: folder.toMs,
      barMs: folder.barMs,
      bars: folder.barCount,
      instruments: folder.instruments.map(({ listing }) => listing),
      cycles: this.#cycles,
      incompleteCycles: this.#incomplete,
      candidates: end.candidates,
      plans: this.#plans,
      verdicts: byCount(this.#verdicts),
      deals: {
        opened: this.#opened,
        completed: outcomes('completed'),
        unwound: outcomes('unwound'),
        noFill: outcomes('no-fill'),
        open: openDeals.length,
      },
      fills: {
        maker: fills.filter(({ liquidity }) => liquidity === 'maker').length,
        taker: fills.filter(({ liquidity }) => liquidity === 'taker').length,
      },
      feesUsd: usd(costOf(all, 'fees', 'realisedUsd').neg()),
      expectedNetUsd: usd(sum(closed.map((deal) => deal.expectedNetUsd))),
      realisedNetUsd: usd(sum(closed.map((deal) => deal.realisedNetUsd ?? '0'))),
      costs,
      pnlUsd: usd(end.pnlUsd),
      maxDrawdownPct: end.maxDrawdownPct,
      outages: outages.map((outage) => this.#story(outage, fills)),
      decisionsHash: end.decisionsHash,
      feeSentence: end.feeSentence,
      warnings: folder.warnings,
      modelNotes: end.modelNotes,
    };
  }

  #story(outage: Outage, fills: readonly Fill[]): OutageStory {
    const fromMs = outage.lastBarMs + this.#barMs;
    // Its first bar back closes at `backMs`: from that bar's open on prices are there to be filled at.
    const untilMs = outage.backMs === null ? Number.POSITIVE_INFINITY : outage.backMs - this.#barMs;
    return {
      ...outage,
      verdicts: byCount(this.#silences.get(silenceKey(outage.feed, fromMs, true)) ?? new Map()),
      before: byCount(this.#silences.get(silenceKey(outage.feed, fromMs, false)) ?? new Map()),
      fills: fills.filter(
        ({ listing, atMs }) => feedOfListing(listing) === outage.feed && atMs >= fromMs && atMs < untilMs,
      ).length,
    };
  }
}

const silenceKey = (feed: FeedId, lastCloseMs: number, out: boolean) => `${feed} ${lastCloseMs} ${out}`;
const increment = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
const byCount = (counts: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));

const usd = (value: Decimal) => wire(value.round(USD_DIGITS));
const sum = (texts: readonly string[]): Decimal => texts.reduce((total, text) => total.plus(decimal(text)), ZERO);

function costOf(deals: readonly Deal[], part: WaterfallPart, column: 'expectedUsd' | 'realisedUsd'): Decimal {
  return sum(deals.flatMap(({ costs }) => costs.filter((line) => line.part === part).map((line) => line[column])));
}

/** In the order of the waterfall; parts that no deal had are left out. */
function costLines(deals: readonly Deal[]): readonly CostLine[] {
  return WATERFALL_PARTS.filter((part) => deals.some(({ costs }) => costs.some((line) => line.part === part))).map(
    (part) => ({
      part,
      expectedUsd: usd(costOf(deals, part, 'expectedUsd')),
      realisedUsd: usd(costOf(deals, part, 'realisedUsd')),
    }),
  );
}
