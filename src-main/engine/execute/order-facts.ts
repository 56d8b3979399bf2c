import type { JournalEntry } from '#shared/domain/journal';
import { type Fill, isFinal, type OrderState } from '#shared/domain/order';
import { type Decimal, decimal, ZERO } from '#shared/money/decimal';
import type { OrderRecord } from '../journal/records.ts';
import type { OrderTruth, SubmitOutcome } from '../ports.ts';

type OrderStateEntry = Extract<JournalEntry, { kind: 'order-state' }>;

/** What something a venue said adds to the journal. */
export interface Facts {
  readonly entries: readonly JournalEntry[];
  /** Base units executed in all by the venue's word: may be ahead of the fills it showed (EX-5). */
  readonly cumulative: Decimal;
  /** Set when the venue said something nobody understands (EX-6). */
  readonly quarantine: string | null;
}

/** The part of an order's record that facts are judged against. */
export interface KnownOrder {
  readonly dealId: string;
  readonly order: OrderRecord;
  hasTrade(tradeId: string): boolean;
}

const FACTLESS: Facts = { entries: [], cumulative: ZERO, quarantine: null };

/** EX-5: one fill of a stream; one that is booked already adds nothing. */
export function factsOfFill(known: KnownOrder, fill: Fill): Facts {
  return factsOfFills(known, [fill]);
}

function factsOfFills(known: KnownOrder, fills: readonly Fill[]): Facts {
  const fresh = fills.filter(
    (fill, index) =>
      !known.hasTrade(fill.tradeId) && fills.findIndex((other) => other.tradeId === fill.tradeId) === index,
  );
  if (fresh.length === 0) return FACTLESS;
  const entries: JournalEntry[] = fresh.map((fill) => ({ kind: 'fill', dealId: known.dealId, fill }));
  const filled = bookedAfter(known, fresh);
  const { order } = known;
  const state = filled.gte(decimal(order.intent.quantity)) ? 'filled' : 'partial';
  if (!isFinal(order.state) && order.state !== 'quarantined' && order.state !== state) {
    entries.push(stateEntry(order, state, { reason: null }));
  }
  return { entries, cumulative: ZERO, quarantine: null };
}

/**
 * EX-5, EX-6: what the venue says of the whole order, from a stream or an answer, in any order of arrival. Never takes
 * an order back: cumulative quantity and state only go forward, and an order is final only when its fills are booked.
 */
export function factsOfTruth(known: KnownOrder, truth: OrderTruth): Facts {
  const { order } = known;
  const fresh = truth.fills.filter(
    (fill, index) =>
      !known.hasTrade(fill.tradeId) && truth.fills.findIndex((other) => other.tradeId === fill.tradeId) === index,
  );
  const entries: JournalEntry[] = fresh.map((fill) => ({ kind: 'fill', dealId: known.dealId, fill }));
  const booked = bookedAfter(known, fresh);
  const cumulative = decimal(truth.filled);
  if (isFinal(order.state)) return { entries, cumulative, quarantine: null };
  if (truth.state === 'unknown') {
    const reason = 'the venue reported a status that is not known';
    entries.push(stateEntry(order, 'quarantined', { reason, venueOrderId: truth.venueOrderId }));
    return { entries, cumulative, quarantine: reason };
  }
  const complete = booked.gte(decimal(order.intent.quantity));
  const state = stateOf(truth.state, booked.gt(ZERO), complete, cumulative.gt(booked));
  const changed = state !== order.state || order.inDoubt || order.venueOrderId !== truth.venueOrderId;
  if (changed) entries.push(stateEntry(order, state, { venueOrderId: truth.venueOrderId, reason: null }));
  return { entries, cumulative, quarantine: null };
}

function stateOf(
  said: Exclude<OrderTruth['state'], 'unknown'>,
  anyFill: boolean,
  complete: boolean,
  fillsMissing: boolean,
): OrderState {
  if (complete) return 'filled';
  const working = anyFill ? 'partial' : 'accepted';
  // A final word is taken once every fill it covers is booked.
  return said === 'open' || fillsMissing ? working : said;
}

/** EX-3: the answer to a create. What fills said before it stands. */
export function factsOfAnswer(known: KnownOrder, outcome: SubmitOutcome): Facts {
  const { order } = known;
  switch (outcome.kind) {
    case 'accepted': {
      if (isFinal(order.state) || order.state === 'quarantined') return FACTLESS;
      const state = order.state === 'pending' ? 'accepted' : order.state;
      return only(stateEntry(order, state, { venueOrderId: outcome.venueOrderId, reason: null }));
    }
    case 'rejected': {
      const reason = `${outcome.code}: ${outcome.message}`;
      if (isFinal(order.state)) return FACTLESS;
      if (order.state === 'pending') return only(stateEntry(order, 'rejected', { reason }));
      return quarantined(order, `rejected (${reason}) after it had been ${order.state}`);
    }
    case 'in-doubt':
      if (order.state !== 'pending' || order.inDoubt) return FACTLESS;
      return only(stateEntry(order, 'pending', { inDoubt: true, reason: outcome.message }));
  }
}

/** EX-4: the venue provably never had the order and never will; only for an order it never confirmed. */
export function factsOfAbsence(known: KnownOrder): Facts {
  const { order } = known;
  if (isFinal(order.state)) return FACTLESS;
  if (order.state === 'pending') return only(stateEntry(order, 'rejected', { reason: 'the venue never had it' }));
  return quarantined(order, `unknown to the venue after it had been ${order.state}`);
}

function quarantined(order: OrderRecord, reason: string): Facts {
  if (order.state === 'quarantined') return FACTLESS;
  return { entries: [stateEntry(order, 'quarantined', { reason })], cumulative: ZERO, quarantine: reason };
}

const only = (entry: OrderStateEntry): Facts => ({ entries: [entry], cumulative: ZERO, quarantine: null });

const bookedAfter = ({ order }: KnownOrder, fresh: readonly Fill[]): Decimal =>
  fresh.reduce((sum, fill) => sum.plus(decimal(fill.quantity)), order.filled);

function stateEntry(
  order: OrderRecord,
  state: OrderState,
  more: { readonly reason: string | null; readonly venueOrderId?: string; readonly inDoubt?: boolean },
): OrderStateEntry {
  return {
    kind: 'order-state',
    clientOrderId: order.intent.clientOrderId,
    state,
    inDoubt: more.inDoubt ?? false,
    venueOrderId: more.venueOrderId ?? order.venueOrderId,
    reason: more.reason,
  };
}
