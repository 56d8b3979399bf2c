import type { BrokerEvent } from '#engine/ports';
import type { ListingId } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { Cancel, Clock } from '#shared/kernel/time';
import type { Answer, Looked, VenueFill, VenueOrder } from './adapter.ts';
import { Adjustments } from './adjustments.ts';
import type { Questions } from './questions.ts';
import { externalId } from './told.ts';
import type { OrderTracker, Tracked } from './tracker.ts';

/** An execution of an order nobody named: its venue is asked for the order after this, and again. */
const NAME_AFTER_MS = 500;
/** An order's word ran ahead of its executions: asked for after this where each should come by itself. */
const BACKFILL_EACH_MS = 2_000;
const BACKFILL_CUMULATIVE_MS = 20;
const AGAIN_CAP_MS = 30_000;
/** An execution that nobody can name is most likely someone else's: asking for it must not use up what others need (EX-12). */
const NAME_CAP_MS = 900_000;
const RECONCILE_SOON_MS = 1_000;
/** Orders and executions are read again this often while anything is open or ended lately, whatever the stream says. */
const AUDIT_EVERY_MS = 30_000;
/** Windows of questions overlap by this: clocks differ, and venues write their history late. */
const OVERLAP_MS = 60_000;
/** An execution this old that only a question brought to light: the stream has stopped telling. */
const STREAM_SHOULD_TELL_MS = 5_000;

export interface PrivateEventsOptions {
  /** They never throw. */
  readonly adapter: Questions;
  readonly tracker: OrderTracker;
  readonly account: string;
  readonly clock: Clock;
  readonly eachFillStreamed: boolean;
  readonly listing: (id: ListingId) => Listing | undefined;
  readonly emit: (event: BrokerEvent) => void;
  /** Every answer passes here, so that a revoked key is noticed wherever it shows. */
  readonly heard: <T>(answer: Answer<T>) => Answer<T>;
  /** Open orders and executions were read whole. */
  readonly reconciled: () => void;
  readonly streamIsDeaf: () => void;
  /** A told execution was changed by its venue: a person must look. */
  readonly adjusted: (fill: VenueFill, text: string) => void;
  /** An order is final by its venue's word. */
  readonly ended: (clientOrderId: string) => void;
}

/**
 * Makes one truth of what a stream tells and what questions bring: each execution is told once, named by the client's own
 * id; what the stream leaves out is asked for (EX-5, EX-6).
 */
export class PrivateEvents {
  readonly #o: PrivateEventsOptions;
  readonly adjustments = new Adjustments();
  readonly #held = new Map<string, VenueFill[]>();
  readonly #timers = new Map<string, Cancel>();
  readonly #backfilling = new Set<ListingId>();
  #reconciling = false;
  #again = false;
  #reconciledAtMs: number | null = null;
  #stopped = false;

  constructor(options: PrivateEventsOptions) {
    this.#o = options;
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  /** True when it was news. */
  fill(fill: VenueFill): boolean {
    const { tracker, account } = this.#o;
    const id = tracker.whose(fill);
    if (this.#stopped || id === null) return false;
    if (id === undefined) {
      const held = this.#held.get(fill.venueOrderId);
      if (held === undefined) this.#held.set(fill.venueOrderId, [fill]);
      else held.push(fill);
      if (held === undefined) this.#later(`name ${fill.venueOrderId}`, NAME_AFTER_MS, () => this.#nameOf(fill, 1));
      return false;
    }
    tracker.name(id, fill.venueOrderId);
    const listing = tracker.get(id)?.listing ?? fill.listing;
    if (listing === null || !this.#stands(fill, id)) return false;
    const fresh = tracker.fresh(fill, id, listing, account);
    if (fresh !== null) this.#o.emit({ kind: 'fill', fill: fresh });
    return fresh !== null;
  }

  /** True when it is to be booked; what a person must see is said. */
  #stands(fill: VenueFill, id: string): boolean {
    const judged = this.adjustments.judge(fill, this.#o.tracker.get(id));
    if (judged === 'person') this.#o.adjusted(fill, this.adjustments.unsettled ?? '');
    return judged === 'book';
  }

  order(order: VenueOrder): void {
    const { tracker, clock } = this.#o;
    const id = tracker.whose(order);
    // Without a name it is someone else's, or an answer under way will name it and a question tell the rest.
    if (this.#stopped || id === undefined || id === null) return;
    const listing = tracker.get(id)?.listing ?? order.listing;
    if (listing === null) return;
    const truth = tracker.truth(order, id, listing, clock.wallMs());
    this.named(order.venueOrderId);
    if (truth === null) return;
    this.#o.emit({ kind: 'order', order: truth });
    const tracked = tracker.get(id);
    if (tracked?.final === true) this.#o.ended(id);
    if (tracked?.filled.gt(tracked.executed)) this.#backfillLater(listing, 0);
  }

  /** A venue id has its client id now: what was held for it is told. */
  named(venueOrderId: string): void {
    const held = this.#held.get(venueOrderId);
    if (held === undefined) return;
    this.#held.delete(venueOrderId);
    this.#timers.get(`name ${venueOrderId}`)?.();
    for (const fill of held) this.fill(fill);
  }

  /** Reads open orders and executions and tells what is new; again after a pause while it cannot. */
  async reconcile(attempt = 0): Promise<void> {
    if (this.#stopped) return;
    if (this.#reconciling) {
      this.#again = true;
      return;
    }
    this.#reconciling = true;
    // What cannot be read is read again.
    const done = await this.#readAll().catch(() => false);
    this.#reconciling = false;
    if (this.#stopped) return;
    const again = this.#again;
    this.#again = false;
    if (!done) this.#later('reconcile', backoff(attempt), () => this.reconcile(attempt + 1));
    else if (again) void this.reconcile();
    else {
      this.#o.reconciled();
      this.#later('reconcile', AUDIT_EVERY_MS, () => this.#audit());
    }
  }

  /** For what may come in a flood: one reading for all of it. */
  reconcileSoon(): void {
    if (!this.#timers.has('soon')) this.#later('soon', RECONCILE_SOON_MS, () => this.reconcile());
  }

  #audit(): Promise<void> {
    this.#o.tracker.forget(this.#o.clock.wallMs());
    // Some time beyond the last one's end, too: until then a window that begins at this reading still reaches what was told
    // of it, and a late execution is found.
    const settledMs = (this.#reconciledAtMs ?? 0) - 2 * OVERLAP_MS;
    if (this.#o.tracker.open().length > 0 || this.#o.tracker.endedAfter(settledMs)) return this.reconcile();
    this.#later('reconcile', AUDIT_EVERY_MS, () => this.#audit());
    return Promise.resolve();
  }

  async #readAll(): Promise<boolean> {
    const { adapter, tracker, clock, heard } = this.#o;
    const startedMs = clock.wallMs();
    const before = tracker.open();
    const known = this.#reconciledAtMs;
    const fills = heard(await adapter.fills((known ?? startedMs) - OVERLAP_MS, null));
    if (!fills.ok || this.#stopped) return false;
    const open = heard(await adapter.openOrders());
    if (!open.ok || this.#stopped) return false;
    // Names first: executions of some venues carry only the venue's id.
    for (const order of open.value)
      if (order.clientOrderId !== null) tracker.name(order.clientOrderId, order.venueOrderId);
    const late = fills.value.filter((fill) => this.fill(fill) && startedMs - fill.atMs > STREAM_SHOULD_TELL_MS);
    for (const order of open.value) this.order(order);
    const listed = new Set(open.value.map((order) => tracker.whose(order)));
    for (const tracked of before) {
      if (tracked.final || listed.has(tracked.clientOrderId)) continue;
      // Sent a moment ago, its answer still out: the answer or a query will tell.
      if (tracked.venueOrderId === null) continue;
      if (!(await this.#lookAt(tracked))) return false;
    }
    this.#reconciledAtMs = startedMs;
    if (known !== null && late.length > 0) this.#o.streamIsDeaf();
    return true;
  }

  /** False when it could not be asked. */
  async #lookAt(tracked: Tracked): Promise<boolean> {
    const { adapter, heard } = this.#o;
    const listing = this.#o.listing(tracked.listing);
    if (listing === undefined) return true;
    const { clientOrderId, venueOrderId, resident, sentAtMs } = tracked;
    const ref = { clientOrderId, venueOrderId, listing, resident: resident === true };
    const looked = heard(await adapter.look(ref, sentAtMs - OVERLAP_MS));
    if (!looked.ok) return false;
    this.looked(looked.value, clientOrderId);
    return true;
  }

  /** What a look found is told like anything a stream says. */
  looked(looked: Looked, clientOrderId: string): void {
    if (looked.kind !== 'found') return;
    this.#o.tracker.name(clientOrderId, looked.order.venueOrderId);
    for (const fill of looked.fills) this.fill({ ...fill, clientOrderId });
    this.order({ ...looked.order, clientOrderId });
  }

  /** Whose order an execution belongs to. */
  async #nameOf(fill: VenueFill, attempt: number): Promise<void> {
    const { venueOrderId } = fill;
    const { tracker } = this.#o;
    if (this.#stopped || !this.#held.has(venueOrderId)) return;
    const named = await this.ask(fill);
    if (this.#stopped) return;
    if (typeof named === 'string') {
      tracker.name(named, venueOrderId);
      this.named(venueOrderId);
    } else if (named === null) {
      tracker.markExternal(venueOrderId);
      this.#held.delete(venueOrderId);
    } else {
      const waitMs = backoff(attempt, NAME_CAP_MS);
      this.#later(`name ${venueOrderId}`, waitMs, () => this.#nameOf(fill, attempt + 1));
    }
  }

  /** Our id of an execution's order; `null`: it is someone else's; `undefined`: cannot be found out now. */
  async ask(fill: VenueFill): Promise<string | null | undefined> {
    const known = this.#o.tracker.whose(fill);
    const listing = fill.listing === null ? undefined : this.#o.listing(fill.listing);
    if (known !== undefined || listing === undefined) return known;
    const ref = { clientOrderId: '', venueOrderId: fill.venueOrderId, listing, resident: false };
    const looked = this.#o.heard(await this.#o.adapter.look(ref, fill.atMs - OVERLAP_MS));
    if (!looked.ok || looked.value.kind !== 'found') return undefined;
    const whose = this.#o.tracker.whose(looked.value.order);
    // The order is there and has no name: nobody here made it.
    return whose === undefined ? null : whose;
  }

  /** The name under which an execution is told; the venue is asked where it is not known. `undefined`: not to be had. */
  async nameFor(fill: VenueFill): Promise<string | undefined> {
    const whose = await this.ask(fill);
    if (whose === null) this.#o.tracker.markExternal(fill.venueOrderId);
    else if (whose !== undefined) this.#o.tracker.name(whose, fill.venueOrderId);
    return whose === null ? externalId(fill.venueOrderId) : whose;
  }

  /** One question a listing, for every order of it whose word ran ahead. */
  #backfillLater(listing: ListingId, attempt: number): void {
    const name = `backfill ${listing}`;
    if (attempt === 0 && (this.#timers.has(name) || this.#backfilling.has(listing))) return;
    const first = this.#o.eachFillStreamed ? BACKFILL_EACH_MS : BACKFILL_CUMULATIVE_MS;
    this.#later(name, attempt === 0 ? first : backoff(attempt), () => this.#backfill(listing, attempt));
  }

  async #backfill(id: ListingId, attempt: number): Promise<void> {
    const { adapter, heard, tracker, listing } = this.#o;
    const short = tracker.short(id);
    if (short.length === 0) return;
    this.#backfilling.add(id);
    const sinceMs = Math.min(...short.map(({ sentAtMs }) => sentAtMs)) - OVERLAP_MS;
    const fills = heard(await adapter.fills(sinceMs, listing(id) ?? null));
    this.#backfilling.delete(id);
    if (this.#stopped) return;
    if (fills.ok) for (const fill of fills.value) this.fill(fill);
    if (tracker.short(id).length > 0)
      this.#backfillLater(id, fills.ok && short.length > tracker.short(id).length ? 1 : attempt + 1);
  }

  /** One timer a name: a newer one replaces it. What broke is tried again. */
  #later(name: string, ms: number, run: () => Promise<void>): void {
    if (this.#stopped) return;
    this.#timers.get(name)?.();
    this.#timers.set(
      name,
      this.#o.clock.after(ms, () => {
        this.#timers.delete(name);
        run().catch(() => this.#later(name, AGAIN_CAP_MS, run));
      }),
    );
  }
}

const backoff = (attempt: number, capMs = AGAIN_CAP_MS): number => Math.min(capMs, 500 * 2 ** Math.min(attempt, 11));
