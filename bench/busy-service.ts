import type { CommandInput, CommandName, QueryInput, QueryName } from '#shared/contract/contract';
import type { MarketRow, MarketViewData } from '#shared/contract/rows';
import type { CertificationReport } from '#shared/domain/certification';
import { CERTIFICATION_CHECKS } from '#shared/domain/certification';
import type { FundingState } from '#shared/domain/funding';
import { FEEDS, type FeedId, type ListingId, listingId, venueOf } from '#shared/domain/ids';
import { type ActiveFault, faultTerms, type PracticeState } from '#shared/domain/practice';
import { SeededRandom } from '#shared/kernel/random';
import { ok } from '#shared/kernel/result';
import { FakeService } from '#support/fake-service';
import { candidate, deal, marketView, notification, quotes, runtime, status } from '#support/sample-topics';

const HOUR_MS = 3_600_000;
const INTERVALS_H = [8, 8, 4, 2, 1];

/** Coins that look like coins, so that the window lays them out as it would. */
export const coins = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => ['BTC', 'ETH', 'SOL', 'XRP', 'DOGE', 'ADA', 'LTC', 'LINK'][n] ?? `COIN${n}`);

/**
 * A workstation whose every topic changes all the time over ten feeds: the most a window is ever asked to show, with no
 * engine behind it. Each change is a new object, as the real service gives them.
 */
export class BusyService extends FakeService {
  readonly #random = new SeededRandom(7);
  readonly #bases: readonly string[];
  readonly #faults: ActiveFault[] = [];
  #turn = 0;

  constructor(bases: readonly string[]) {
    super();
    this.#bases = bases;
    this.onQuery = async (name, input) => ok(this.#answer(name, input));
    this.onCommand = async (name, input) => this.#obey(name, input);
    this.turn(Date.now());
  }

  /** Everything becomes something else. */
  turn(wallMs: number): void {
    this.#turn += 1;
    this.setWallMs(wallMs);
    const turn = this.#turn;
    this.set('status', {
      ...status,
      cycle: turn,
      lastCycleAtMs: wallMs - (wallMs % 5_000),
      startedAtMs: wallMs - 65_000,
    });
    this.set('runtime', {
      ...runtime,
      executed: turn,
      health: [...new Set(FEEDS.map(venueOf))].map((venue) => ({
        venue,
        score: 0.9 + this.#random.next() / 10,
        vetoed: false,
        returnsAtMs: null,
        inputs: (
          [
            'fresh-share',
            'event-lag',
            'api-errors',
            'round-trip',
            'reconnects',
            'ack-time',
            'order-rejects',
            'slippage',
          ] as const
        ).map((name) => ({ name, score: this.#random.next(), weight: 1, reading: `${turn} of ${turn} readings` })),
      })),
    });
    this.set('performance', { ...this.value('performance'), atMs: wallMs, candidatesFound: turn });
    this.setRows(
      'feeds',
      this.rows('feeds').map((feed) => ({ ...feed, frames: turn * 1_000, lastHeardAtMs: wallMs - 50 })),
    );
    const [quote] = quotes;
    if (quote !== undefined) {
      const rows = this.#bases.flatMap((base) =>
        this.#listings(base).map((listing) => {
          const { bid, ask, bidSize, askSize } = this.#touch(base);
          const [feed] = listing.split('|') as [FeedId];
          return {
            ...quote,
            listing,
            base,
            quote: 'USDT',
            venue: venueOf(feed),
            bid,
            ask,
            bidSize,
            askSize,
            freshAtMs: wallMs - 40,
            stale: null,
          };
        }),
      );
      this.setRows('quotes', rows);
    }
    this.setRows(
      'candidates',
      Array.from({ length: 400 }, (_, n) => ({ ...candidate, key: `c${n}`, atMs: wallMs, ageMs: turn % 1_000 })),
    );
    this.setRows(
      'deals',
      Array.from({ length: 12 }, (_, n) => ({ ...deal, id: `d${n}`, next: `Sell the rest, step ${turn}.` })),
    );
    this.setRows('notifications', [{ ...notification, count: turn }]);
    this.set('practice', this.#practice(wallMs));
  }

  #touch(base: string): { bid: string; ask: string; bidSize: string; askSize: string } {
    const middle = 69_000 / (this.#bases.indexOf(base) * 7 + 1);
    const bid = middle * (1 + (this.#random.next() - 0.5) / 2_000);
    const size = () => (this.#random.next() * 3).toFixed(4);
    return { bid: bid.toFixed(2), ask: (bid + 0.01).toFixed(2), bidSize: size(), askSize: size() };
  }

  #listings(base: string): readonly ListingId[] {
    return FEEDS.filter((feed) => !(base === 'LTC' && feed.startsWith('coinbase'))).map((feed) =>
      listingId(feed, feed.endsWith(':spot') ? `${base}-USDT` : `${base}-USDT-PERP`),
    );
  }

  #answer(name: QueryName, input: unknown): unknown {
    if (name === 'market.view') return this.#view(input as QueryInput<'market.view'>);
    if (name === 'feed.latency') return this.#latency((input as QueryInput<'feed.latency'>).feed);
    if (name === 'certification.latest') return { report: this.#certification() };
    if (name === 'funding.history') {
      const { listing } = input as QueryInput<'funding.history'>;
      const last = this.wallMs() - (this.wallMs() % (8 * HOUR_MS));
      const rows = Array.from({ length: 90 }, (_, n) => ({
        settledAtMs: last - (89 - n) * 8 * HOUR_MS,
        rate: (Math.sin(n / 9) / 5_000).toFixed(8),
        intervalMs: 8 * HOUR_MS,
      }));
      return { listing, rows };
    }
    return [];
  }

  #view({ base: asked, ladder, levels }: QueryInput<'market.view'>): MarketViewData {
    const base = asked === null ? (this.#bases[0] ?? null) : this.#bases.includes(asked) ? asked : null;
    const rows = base === null ? [] : this.#listings(base).map((listing) => this.#row(base, listing));
    const side = (step: number) => {
      let cumulative = 0;
      return Array.from({ length: levels }, (_, level) => {
        const size = this.#random.next() * 4;
        cumulative += size;
        return {
          price: (69_000 + step * (level + 1) * 0.5).toFixed(2),
          size: size.toFixed(4),
          cumulative: cumulative.toFixed(4),
        };
      });
    };
    const composite = marketView.composite;
    return {
      atMs: this.wallMs(),
      bases: [...this.#bases],
      base,
      rows,
      composite:
        composite === null || base === null
          ? null
          : { ...composite, base, atMs: this.wallMs(), mid: this.#touch(base).bid },
      ladder: ladder === null ? null : { listing: ladder, bids: side(-1), asks: side(1) },
    };
  }

  #row(base: string, listing: ListingId): MarketRow {
    const [sample] = marketView.rows;
    if (sample === undefined) throw new Error('the sample has rows');
    const [feed] = listing.split('|') as [FeedId];
    const at = FEEDS.indexOf(feed);
    const stale = feed === 'bybit:perp' ? { cause: 'not-heard' as const, detail: 'nothing heard for 4.1 s' } : null;
    return {
      ...sample,
      ...this.#touch(base),
      listing,
      base,
      venue: venueOf(feed),
      feed,
      bookId: listing,
      freshAtMs: this.wallMs() - (stale === null ? 60 : 4_100),
      stale,
      spreadBps: this.#random.next(),
      basisBps: (this.#random.next() - 0.5) * 8,
      status: feed === 'okx:spot' ? 'post-only' : 'normal',
      funding: feed.endsWith(':spot') ? null : this.#funding(listing, INTERVALS_H[(at - 1) / 2] ?? 8, feed),
      deposits: 'unknown',
      withdrawals: 'open',
    };
  }

  #funding(listing: ListingId, hours: number, feed: FeedId): FundingState {
    const interval = hours * HOUR_MS;
    const wallMs = this.wallMs();
    const unknown = feed === 'coinbase:perp';
    return {
      listing,
      accrual: feed === 'kraken:perp' ? 'continuous' : 'snapshot',
      rate: ((this.#random.next() - 0.4) / 4_000).toFixed(8),
      predictedRate: feed === 'bybit:perp' ? null : ((this.#random.next() - 0.4) / 4_000).toFixed(8),
      intervalMs: unknown ? null : interval,
      nextSettlementMs: wallMs + interval - (wallMs % interval),
      markPrice: this.#touch('BTC').bid,
      indexPrice: this.#touch('BTC').ask,
      ratePerHour: unknown ? null : '0.0000125',
      aprPct: unknown ? null : '10.95',
      atMs: wallMs - 900,
      intervalChange: null,
      problems: unknown ? ['no-interval'] : [],
    };
  }

  #latency(feed: FeedId) {
    const buckets = Array.from({ length: 30 }, (_, n) => ({
      upToMs: n === 29 ? null : Math.round(2 ** (n / 3)),
      count: n > 6 && n < 24 ? 100 * Math.exp(-((n - 12) ** 2) / 12) : 0,
    }));
    return { feed, buckets, p50Ms: 16, p99Ms: 64, maxMs: 210 };
  }

  #certification(): CertificationReport {
    const checks = (feed: FeedId) =>
      Object.fromEntries(
        CERTIFICATION_CHECKS.map((check) => [
          check,
          feed.endsWith(':spot') && check === 'funding'
            ? { status: 'NOT SUPPORTED' as const, ms: null, detail: 'Spot has no funding.' }
            : { status: 'PASS' as const, ms: 20 + this.#random.next() * 300, detail: `${check} as it should be.` },
        ]),
      );
    return {
      verdict: 'PASS',
      venues: 'practice',
      halves: ['public', 'private'],
      startedAtMs: this.wallMs() - 400_000,
      tookMs: 41_000,
      version: '0.1.0',
      feeds: Object.fromEntries(FEEDS.map((feed) => [feed, checks(feed)])),
    };
  }

  #practice(wallMs: number): PracticeState {
    return {
      ...this.value('practice'),
      feeds: FEEDS.map((feed) => ({
        feed,
        instruments: this.#bases.map((base) => (feed.endsWith(':spot') ? `${base}-USDT` : `${base}-USDT-PERP`)),
        sockets: 2,
        framesSent: this.#turn * 1_000,
      })),
      active: this.#faults.map((fault) => ({ ...fault, sinceMs: Math.min(fault.sinceMs, wallMs) })),
    };
  }

  async #obey(name: CommandName, input: unknown) {
    if (name === 'practice.clear') this.#faults.length = 0;
    if (name === 'practice.fault') {
      const { feed, fault, on, amount, instrument } = input as CommandInput<'practice.fault'>;
      const at = this.#faults.findIndex((one) => one.feed === feed && one.fault === fault);
      if (at >= 0) this.#faults.splice(at, 1);
      const terms = faultTerms(fault);
      if (on && terms.kind === 'switch') {
        this.#faults.push({
          feed,
          fault,
          amount: amount ?? terms.amount,
          instrument: instrument ?? null,
          sinceMs: this.wallMs(),
        });
      }
    }
    return ok({ text: `${name}: done` });
  }
}
