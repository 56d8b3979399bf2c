import { type FeedId, feedName, feedOfListing } from '#shared/domain/ids';
import { type MaintenanceStanding, type MaintenanceWindow, maintenanceWords } from '#shared/domain/maintenance';
import type { OpenExposure } from './ledger/view.ts';
import type { Market } from './market/market.ts';
import type { EngineObserver, MaintenanceNotice } from './observer.ts';
import type { Clock } from './ports.ts';

export interface MaintenanceWatchOptions {
  readonly clock: Clock;
  readonly market: Pick<Market, 'sampleMaintenance' | 'maintenanceStandings'>;
  readonly openDeals: () => readonly OpenExposure[];
  readonly observer: Pick<EngineObserver, 'maintenance' | 'alert' | 'alarmCleared'>;
  /** Entries are possible again: what was refused meanwhile is judged anew. */
  readonly entriesAgain: () => void;
}

/** What was said of a feed. */
interface Said {
  /** Announcements that were told of, by id. */
  readonly windows: Map<string, MaintenanceWindow>;
  waiting: boolean;
  unreadable: boolean;
}

/** Says each turn of an announced maintenance once (MD-8, UI-7), and which open deals still need the venue. Decides nothing. */
export class MaintenanceWatch {
  readonly #options: MaintenanceWatchOptions;
  readonly #said = new Map<FeedId, Said>();

  constructor(options: MaintenanceWatchOptions) {
    this.#options = options;
  }

  /** Once a tick. */
  tick(): void {
    const { market } = this.#options;
    market.sampleMaintenance();
    for (const [feed, standing] of market.maintenanceStandings()) {
      let said = this.#said.get(feed);
      if (said === undefined) {
        said = { windows: new Map(), waiting: false, unreadable: false };
        this.#said.set(feed, said);
      }
      this.#readability(feed, said, standing);
      this.#announced(feed, said, standing);
      this.#entries(feed, said, standing);
    }
  }

  #readability(feed: FeedId, said: Said, { unreadableSinceMs, note }: MaintenanceStanding): void {
    const unreadable = unreadableSinceMs !== null;
    if (unreadable === said.unreadable) return;
    said.unreadable = unreadable;
    const what = `${feedName(feed)}: its announcements of maintenance`;
    if (unreadable) {
      this.#tell(feed, 'unreadable', `${what} cannot be read (${note ?? ''}); trading goes by its live status.`);
    } else {
      this.#tell(feed, 'readable', `${what} are read again.`);
    }
  }

  #announced(feed: FeedId, said: Said, { windows }: MaintenanceStanding): void {
    const nowMs = this.#options.clock.wallMs();
    for (const window of windows) {
      const known = said.windows.get(window.id);
      said.windows.set(window.id, window);
      if (known?.fromMs === window.fromMs && known.toMs === window.toMs) continue;
      const verb = known === undefined ? 'announces' : 'moved its';
      this.#tell(feed, 'announced', `${feedName(feed)} ${verb} ${maintenanceWords(window, nowMs)}`);
    }
    for (const [id, window] of said.windows) {
      if (windows.some((one) => one.id === id)) continue;
      said.windows.delete(id);
      if (nowMs >= window.fromMs) continue;
      this.#tell(feed, 'withdrawn', `${feedName(feed)} called its maintenance off: ${window.title}`);
    }
  }

  #entries(feed: FeedId, said: Said, { windows, entriesWait }: MaintenanceStanding): void {
    if (entriesWait === said.waiting) return;
    said.waiting = entriesWait;
    const { clock, observer, openDeals } = this.#options;
    const dealsKey = `maintenance-deals:${feed}`;
    if (!entriesWait) {
      observer.alarmCleared(dealsKey);
      this.#tell(feed, 'entries-again', `${feedName(feed)}: entries are possible again, no maintenance is near.`);
      this.#options.entriesAgain();
      return;
    }
    const [window] = windows;
    const words = window === undefined ? 'maintenance' : maintenanceWords(window, clock.wallMs());
    this.#tell(feed, 'entries-end', `No more entries on ${feedName(feed)}: ${words}`);
    const needing = openDeals().filter(({ buy, sell }) => [buy, sell].some((leg) => feedOfListing(leg) === feed));
    if (needing.length === 0) return;
    const which = needing.map(({ dealId }) => dealId).join(', ');
    const deals = needing.length === 1 ? `Deal ${which} still needs` : `Deals ${which} still need`;
    observer.alert(dealsKey, `${deals} ${feedName(feed)}, exits and hedges go on: ${words}`);
  }

  #tell(feed: FeedId, turn: MaintenanceNotice['turn'], text: string): void {
    this.#options.observer.maintenance({ feed, turn, text });
  }
}
