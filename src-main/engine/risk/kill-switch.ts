import { VENUE_NAMES, VENUES, type Venue } from '#shared/domain/ids';
import type { KillLevel, KillState } from '#shared/domain/safety';
import type { Clock } from '#shared/kernel/time';
import type { PortfolioView } from '../ledger/view.ts';
import type { WorkingOrdersView } from './working-orders.ts';

const RANK: Readonly<Record<KillLevel, number>> = { 'stop-entries': 0, 'cancel-orders': 1, flatten: 2 };

export const NOT_KILLED: KillState = { engaged: false, level: null, by: null, reason: null, atMs: null, report: [] };

/** KS-1: what engaging a level would do, said before it is done. */
export interface KillPreview {
  readonly sentence: string;
  readonly venues: readonly {
    readonly venue: Venue;
    /** Working entry orders that would be cancelled. */
    readonly cancels: number;
    /** Open deals on the venue that would be flattened. */
    readonly flattens: number;
    /** Open deals on the venue that would go on hedging and reducing. */
    readonly keeps: number;
  }[];
}

export interface KillSwitchOptions {
  readonly clock: Clock;
  readonly portfolio: PortfolioView;
  readonly orders: WorkingOrdersView;
  /** Writes the state to the journal; it is in force in memory before this is called. */
  readonly record: (state: KillState) => void;
  /** Told after each change, so that the executor cancels or flattens. */
  readonly changed: (state: KillState) => void;
}

/**
 * KS-1. Three levels, each including the ones before it. Engaging is idempotent and can only rise; it latches across
 * restarts (through {@link restore}) until a person re-arms. Hedging and reducing go on while it is engaged.
 */
export class KillSwitch {
  readonly #options: KillSwitchOptions;
  #state: KillState = NOT_KILLED;

  constructor(options: KillSwitchOptions) {
    this.#options = options;
  }

  state(): KillState {
    return this.#state;
  }

  engaged(): boolean {
    return this.#state.engaged;
  }

  /** True when the level in force is `level` or above. */
  atLeast(level: KillLevel): boolean {
    return this.#state.level !== null && RANK[this.#state.level] >= RANK[level];
  }

  /** What `level` would do now. Changes nothing. */
  preview(level: KillLevel): KillPreview {
    const deals = this.#options.portfolio.openDeals();
    const entries = this.#options.orders.working().filter((order) => order.purpose === 'entry');
    const flattening = level === 'flatten';
    const venues = VENUES.map((venue) => {
      const here = deals.filter((deal) => deal.venues.includes(venue)).length;
      return {
        venue,
        cancels: level === 'stop-entries' ? 0 : entries.filter((order) => order.venue === venue).length,
        flattens: flattening ? here : 0,
        keeps: flattening ? 0 : here,
      };
    }).filter((row) => row.cancels + row.flattens + row.keeps > 0);
    const said = ['No new entries.'];
    if (level === 'stop-entries') {
      said.push(`${plural(entries.length, 'working entry order')} may still fill and will be hedged.`);
    } else {
      said.push(`${plural(entries.length, 'working entry order')} will be cancelled.`);
    }
    said.push(
      flattening
        ? `${plural(deals.length, 'open deal')} will be flattened back to the allocation.`
        : `${plural(deals.length, 'open deal')} will go on hedging and reducing.`,
    );
    if (venues.length > 0) said.push(`Venues: ${venues.map((row) => VENUE_NAMES[row.venue]).join(', ')}.`);
    return { sentence: said.join(' '), venues };
  }

  /**
   * Engages `level`. A level at or under the one in force changes nothing; a higher one keeps what was reported so far.
   * `by`: who or what asked, e.g. `window`, `tray`, `cli`, `drawdown-stop`.
   */
  engage(level: KillLevel, by: string, reason: string): KillState {
    if (this.atLeast(level)) return this.#state;
    return this.#become({
      engaged: true,
      level,
      by,
      reason,
      atMs: this.#options.clock.wallMs(),
      report: this.#state.report,
    });
  }

  /** Keeps what was done so far, one row per venue, for the window; replaces the rows of the same venues. */
  reportDone(rows: KillState['report']): KillState {
    if (!this.#state.engaged) return this.#state;
    const kept = this.#state.report.filter((row) => !rows.some((fresh) => fresh.venue === row.venue));
    const report = [...kept, ...rows].sort((a, b) => VENUES.indexOf(a.venue) - VENUES.indexOf(b.venue));
    this.#state = { ...this.#state, report };
    this.#options.record(this.#state);
    return this.#state;
  }

  /** Takes the latch off. Only a person may ask for it, never a timer or a restart; `person` goes to the journal. */
  rearm(person: string): KillState {
    if (!this.#state.engaged) return this.#state;
    return this.#become({
      ...NOT_KILLED,
      by: person,
      reason: 're-armed',
      atMs: this.#options.clock.wallMs(),
    });
  }

  /** Startup: the last journaled state is in force again, without being journaled a second time. */
  restore(state: KillState): void {
    this.#state = state;
  }

  #become(state: KillState): KillState {
    this.#state = state;
    // A journal that cannot be written must not keep the switch from acting.
    try {
      this.#options.record(state);
    } finally {
      this.#options.changed(state);
    }
    return state;
  }
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
