import type { BrokerState, VenueAction } from '#engine/ports';
import type { Cancel, Clock } from '#shared/kernel/time';
import type { OrderAdapter, PrivateSink } from './adapter.ts';
import type { PrivateEvents } from './private-events.ts';
import type { Scrubber } from './scrub.ts';

export interface StreamKeeperOptions {
  readonly adapter: OrderAdapter;
  readonly events: PrivateEvents;
  readonly clock: Clock;
  readonly scrubber: Scrubber;
  readonly action: (action: VenueAction) => void;
  /** Gone, or of no use any more. */
  readonly lost: () => void;
  readonly changed: () => void;
}

/** How the private stream stands; each time it is live again everything it may have missed is read. */
export class StreamKeeper {
  readonly #o: StreamKeeperOptions;
  #state: BrokerState['stream'] = 'off';
  #reason = '';
  #heardAtMs: number | null = null;
  #cancel: Cancel | null = null;

  constructor(options: StreamKeeperOptions) {
    this.#o = options;
  }

  get state(): BrokerState['stream'] {
    return this.#state;
  }

  get reason(): string {
    return this.#reason;
  }

  get heardAtMs(): number | null {
    return this.#heardAtMs;
  }

  /** Opens it once; it keeps itself open from then on. */
  open(): void {
    if (this.#cancel !== null) return;
    // Set first: a stream may speak before its opening has returned.
    this.#cancel = () => undefined;
    this.#cancel = this.#o.adapter.stream(this.#sink());
  }

  /** It is connected and of no use: another one. */
  reopen(reason: string): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#turn('lost', reason);
    this.open();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#state = 'off';
  }

  #turn(state: BrokerState['stream'], reason: string): void {
    this.#state = state;
    this.#reason = this.#o.scrubber.clean(reason);
    if (state === 'live') void this.#o.events.reconcile();
    if (state === 'lost') this.#o.lost();
    this.#o.changed();
  }

  #sink(): PrivateSink {
    const { events, clock, scrubber, action, changed } = this.#o;
    const unreadable = (sample: string): void => {
      // A frame nobody understands may have been an execution (EX-6).
      this.#reason = scrubber.clean(`a frame could not be read: ${sample.slice(0, 200)}`);
      events.reconcileSoon();
      changed();
    };
    const read = (what: unknown, take: () => void): void => {
      try {
        take();
      } catch {
        unreadable(JSON.stringify(what));
      }
    };
    return {
      stream: (state, reason) => {
        if (this.#cancel !== null) this.#turn(state, reason);
      },
      heard: () => {
        this.#heardAtMs = clock.wallMs();
      },
      fill: (fill) => read(fill, () => events.fill(fill)),
      order: (order) => read(order, () => events.order(order)),
      action: (told) => action({ ...told, text: scrubber.clean(told.text) }),
      holdingsChanged: changed,
      unreadable,
    };
  }
}
