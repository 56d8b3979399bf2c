import type { Deal } from '#shared/domain/deal';
import type { ListingId, Venue } from '#shared/domain/ids';
import type { OrderIntent } from '#shared/domain/order';
import type { Settings } from '#shared/settings/settings';
import type { ExecutionListener } from './execute/listener.ts';
import type { VenueHealthMonitor } from './health/venue-health.ts';
import type { EngineObserver } from './observer.ts';
import type { Breakers } from './risk/breakers.ts';
import type { OrderRate } from './risk/order-rate.ts';
import type { Pacing } from './risk/pacing.ts';
import type { FillTimeStats } from './route/fill-times.ts';

export interface FeedbackOptions {
  readonly settings: () => Settings;
  readonly health: Pick<VenueHealthMonitor, 'recordAck' | 'recordReject' | 'recordSlippage'>;
  readonly breakers: Breakers;
  readonly orderRate: OrderRate;
  readonly pacing: Pacing;
  readonly fillTimes: FillTimeStats;
  readonly observer: Pick<EngineObserver, 'dealClosed' | 'defect' | 'alarm' | 'alarmCleared'>;
  readonly deal: (id: string) => Deal | undefined;
}

/** A post-only order that would have crossed is refused in ordinary trading: no sign of a venue gone wrong. */
const WOULD_CROSS = /post.?only|would.?(cross|take|match)/i;

/** What execution teaches the stages before it: venue health, breakers, order rate, fill times, cool-downs. */
export class ExecutionFeedback implements ExecutionListener {
  readonly #options: FeedbackOptions;

  constructor(options: FeedbackOptions) {
    this.#options = options;
  }

  dealChanged(): void {
    // The window reads deals at its own pace.
  }

  dealClosed(dealId: string, outcome: Exclude<Deal['outcome'], 'open'>): void {
    const { deal: read, settings, pacing, observer } = this.#options;
    const deal = read(dealId);
    if (deal === undefined) return;
    const profile = settings().profiles.find((candidate) => candidate.id === deal.profile);
    if (profile !== undefined) pacing.dealClosed(profile, deal.base, outcome === 'unwound');
    const makers = deal.fills.filter((fill) => fill.liquidity === 'maker').length;
    observer.dealClosed(deal, makers, deal.fills.length - makers);
  }

  orderChanged(): void {
    // The window reads orders with their deal.
  }

  filled(): void {
    // Booked by the ledger from the journal.
  }

  sent(order: OrderIntent): void {
    this.#options.orderRate.record(order.venue);
  }

  acknowledged(venue: Venue, milliseconds: number): void {
    this.#options.health.recordAck(venue, milliseconds);
    this.#options.breakers.orderAnswered(venue, 'accepted');
  }

  rejected(order: OrderIntent, code: string, message: string): void {
    if (order.kind === 'post-only' && WOULD_CROSS.test(`${code} ${message}`)) return;
    this.#options.health.recordReject(order.venue);
    this.#options.breakers.orderAnswered(order.venue, 'rejected');
  }

  unanswered(order: OrderIntent): void {
    const reading = `order ${order.clientOrderId} had no answer within the acknowledgement deadline`;
    this.#options.breakers.trip(order.venue, 'unresolved-ack', reading);
  }

  slippage(venue: Venue, expectedBps: number, realisedBps: number): void {
    this.#options.health.recordSlippage(venue, expectedBps, realisedBps);
    this.#options.breakers.slippage(venue, expectedBps, realisedBps);
  }

  waited(listing: ListingId, milliseconds: number, filled: boolean): void {
    this.#options.fillTimes.record(listing, milliseconds, filled);
  }

  exposureBreached(dealId: string, reading: string): void {
    this.#options.breakers.trip('global', 'exposure-budget', `deal ${dealId}: ${reading}`);
  }

  defect(part: string, error: unknown): void {
    this.#options.observer.defect(part, error);
  }

  alarm(key: string, text: string): void {
    this.#options.observer.alarm(key, text);
  }

  alarmCleared(key: string): void {
    this.#options.observer.alarmCleared(key);
  }
}
