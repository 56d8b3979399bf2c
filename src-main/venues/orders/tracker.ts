import type { OrderTruth } from '#engine/ports';
import type { ListingId } from '#shared/domain/ids';
import type { Fill } from '#shared/domain/order';
import { type Decimal, decimal, max, wire, ZERO } from '#shared/money/decimal';
import type { VenueFill, VenueOrder } from './adapter.ts';
import { termsOf, tradeKey } from './adjustments.ts';

/** How long a final order is remembered: late and repeated events of it are still known. */
const FORGET_AFTER_MS = 3_600_000;
const MAX_EXTERNAL = 5_000;

/** What is known of one order, from whatever told it. */
export interface Tracked {
  readonly clientOrderId: string;
  readonly listing: ListingId;
  /** `null`: made before this program started. */
  readonly resident: boolean | null;
  /** When it was sent at the earliest, our wall ms; of one from before this start when it was first heard of. */
  sentAtMs: number;
  /** The newest of its venue ids: a triggered order can get another. */
  venueOrderId: string | null;
  /** Cumulative base units by the venue's word, never falling (EX-5). */
  filled: Decimal;
  /** Base units of the executions that were told. */
  executed: Decimal;
  /** Executions that were told, with what each came to. */
  readonly trades: Map<string, string>;
  final: boolean;
  finalAtMs: number;
}

/** Which client id belongs to which venue id, and which executions were told already (EX-5). */
export class OrderTracker {
  readonly #orders = new Map<string, Tracked>();
  readonly #byVenueId = new Map<string, string>();
  readonly #external = new Set<string>();
  readonly #made: (clientOrderId: string) => boolean;

  /** `made`: whether Crossbook makes such client ids; every other one is someone else's (EX-12). */
  constructor(made: (clientOrderId: string) => boolean) {
    this.#made = made;
  }

  get(clientOrderId: string): Tracked | undefined {
    return this.#orders.get(clientOrderId);
  }

  /** Orders that may still execute. */
  open(): readonly Tracked[] {
    return [...this.#orders.values()].filter(({ final }) => !final);
  }

  /** How many of them were sent by this program since it started. */
  sentAndOpen(): number {
    return this.open().filter(({ resident }) => resident !== null).length;
  }

  endedAfter(wallMs: number): boolean {
    return [...this.#orders.values()].some(({ final, finalAtMs }) => final && finalAtMs > wallMs);
  }

  /** Orders of a listing whose venue speaks of more than the executions that were told (EX-5). */
  short(listing: ListingId): readonly Tracked[] {
    return [...this.#orders.values()].filter((order) => order.listing === listing && order.filled.gt(order.executed));
  }

  track(clientOrderId: string, listing: ListingId, resident: boolean | null, sentAtMs: number): Tracked {
    const known = this.#orders.get(clientOrderId);
    if (known !== undefined) return known;
    const tracked: Tracked = {
      clientOrderId,
      listing,
      resident,
      sentAtMs,
      venueOrderId: null,
      filled: ZERO,
      executed: ZERO,
      trades: new Map(),
      final: false,
      finalAtMs: 0,
    };
    this.#orders.set(clientOrderId, tracked);
    return tracked;
  }

  /** When an order was sent at the earliest. `earliestMs`: by its deadline, which counts for one from before this start. */
  sentAt(clientOrderId: string, earliestMs: number): number {
    const tracked = this.#orders.get(clientOrderId);
    if (tracked === undefined) return earliestMs;
    if (tracked.resident === null) tracked.sentAtMs = Math.min(tracked.sentAtMs, earliestMs);
    return tracked.sentAtMs;
  }

  /** The venue's name of an order is learned. */
  name(clientOrderId: string, venueOrderId: string): void {
    this.#byVenueId.set(venueOrderId, clientOrderId);
    const tracked = this.#orders.get(clientOrderId);
    if (tracked !== undefined) tracked.venueOrderId = venueOrderId;
  }

  /** Our id of an order; `null`: someone else's; `undefined`: not known yet. */
  whose({ clientOrderId, venueOrderId }: Pick<VenueFill, 'clientOrderId' | 'venueOrderId'>): string | null | undefined {
    if (this.#external.has(venueOrderId)) return null;
    if (clientOrderId === null) return this.#byVenueId.get(venueOrderId);
    return this.#orders.has(clientOrderId) || this.#made(clientOrderId) ? clientOrderId : null;
  }

  markExternal(venueOrderId: string): void {
    this.#external.add(venueOrderId);
    for (const oldest of this.#external) {
      if (this.#external.size <= MAX_EXTERNAL) break;
      this.#external.delete(oldest);
    }
  }

  end(tracked: Tracked, nowMs: number): void {
    tracked.final = true;
    tracked.finalAtMs = nowMs;
  }

  /** The execution as the engine hears it; `null` when it was told already. @throws TypeError when it has no quantity. */
  fresh(fill: VenueFill, clientOrderId: string, listing: ListingId, account: string): Fill | null {
    const tracked = this.track(clientOrderId, listing, null, fill.atMs);
    const key = tradeKey(fill);
    if (tracked.trades.has(key)) return null;
    // Read first: what cannot be read was not told, and is asked for again.
    const quantity = decimal(fill.quantity);
    tracked.trades.set(key, termsOf(fill));
    tracked.executed = tracked.executed.plus(quantity);
    tracked.filled = max(tracked.filled, tracked.executed);
    return fillFor(fill, clientOrderId, listing, account);
  }

  /** What an order's word adds to what is known of it. `null`: an older word than what was told. */
  truth(order: VenueOrder, clientOrderId: string, listing: ListingId, nowMs: number): OrderTruth | null {
    const tracked = this.track(clientOrderId, listing, null, order.atMs);
    this.name(clientOrderId, order.venueOrderId);
    const filled = decimal(order.filled);
    const older = tracked.final && order.state === 'open' && filled.lte(tracked.filled);
    tracked.filled = max(tracked.filled, filled);
    if (older) return null;
    if (order.state !== 'open' && order.state !== 'unknown' && !tracked.final) this.end(tracked, nowMs);
    return {
      clientOrderId,
      venueOrderId: order.venueOrderId,
      state: order.state,
      filled: wire(tracked.filled),
      fills: [],
    };
  }

  /** Drops what nobody will hear of again. */
  forget(nowMs: number): void {
    for (const [id, tracked] of this.#orders) {
      if (!tracked.final || nowMs - tracked.finalAtMs < FORGET_AFTER_MS) continue;
      this.#orders.delete(id);
      for (const [venueId, clientId] of this.#byVenueId) if (clientId === id) this.#byVenueId.delete(venueId);
    }
  }
}

export const fillFor = (fill: VenueFill, clientOrderId: string, listing: ListingId, account: string): Fill => ({
  tradeId: fill.tradeId,
  clientOrderId,
  account,
  listing,
  side: fill.side,
  quantity: fill.quantity,
  price: fill.price,
  fee: fill.fee,
  feeCurrency: fill.feeCurrency,
  liquidity: fill.liquidity,
  atMs: fill.atMs,
});
