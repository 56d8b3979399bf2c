import type { Deal, DealState } from '#shared/domain/deal';
import { opposite, type Side } from '#shared/domain/order';
import { type Decimal, decimal, ZERO } from '#shared/money/decimal';
import { type DealRecord, entryLeg, hedgeLeg } from '../journal/records.ts';
import { coverAt, isUnwind, smallestCover, type Target, takeBackTarget, targetOf } from './cover.ts';
import { type DealView, exposureOf, netOf, type OrderView, type Surroundings } from './deal-view.ts';
import { entering } from './entering.ts';
import { type Action, cancelOf, type Step, step } from './step.ts';

/** Between two attempts of a rescue step: the book must have had time to change. */
const RETRY_MS = 250;
/** A held deal is tried again this often, whatever happens (EX-8). */
const HOLD_MS = 10_000;
/** Attempts at taking back too much hedge before the deal is held. */
const TAKE_BACKS = 3;

/**
 * The one path of a deal (level-triggered): from its rows, its orders and the surroundings to the next actions. The
 * same in normal running, after a command and after a crash. Pure; call it again after its actions were done, until it
 * has none. Hedging outranks everything but doubt: it acts only on exposure common to every outcome (EX-4), which is
 * what is known to be executed less all that working orders may still take off it.
 */
export function nextStep(view: DealView, around: Surroundings): Step {
  if (view.deal.state === 'closed') return step('Closed.');
  return overBudget(view, around) ?? killed(view, around) ?? entering(view, around) ?? converging(view, around);
}

/** EX-4, EX-8: the budget of unhedged exposure × time is used up. */
function overBudget(view: DealView, around: Surroundings): Step | undefined {
  const { deal } = view;
  const doubt = view.orders.some((order) => order.doubt);
  if (deal.state === 'frozen') {
    if (doubt)
      return step(
        'Frozen: an order is in doubt and the exposure budget is used up; the venue is being asked.',
        cancels(view, 'deal frozen'),
      );
    return step('The doubt is resolved.', [toStep(deal, firstUnwind(deal), 'the doubt is resolved')]);
  }
  if (!around.overBudget) return undefined;
  const breach: Action[] = around.breached ? [] : [{ do: 'breach' }];
  if (doubt) {
    const freeze: Action = {
      do: 'state',
      state: 'frozen',
      rescueStep: deal.rescueStep,
      reason: 'exposure budget used up while an order is in doubt',
    };
    return step('Freezing.', [...breach, freeze]);
  }
  if (deal.rescueStep < firstUnwind(deal)) {
    return step('Unwinding.', [...breach, toStep(deal, firstUnwind(deal), 'exposure budget used up')]);
  }
  return breach.length > 0 ? step('Reporting the breach.', breach) : undefined;
}

/** KS-1: flatten takes the deal back to its allocation by the planned unwind. */
function killed(view: DealView, around: Surroundings): Step | undefined {
  const { deal } = view;
  if (around.kill !== 'flatten' || deal.rescueStep >= firstUnwind(deal)) return undefined;
  return step('Flattening.', [toStep(deal, firstUnwind(deal), 'kill switch: flatten')]);
}

/** Hedges what the entry built up, takes back what is too much, and closes when neither can be made smaller. */
function converging(view: DealView, around: Surroundings): Step {
  const { deal } = view;
  const hedgeSide = hedgeLeg(deal.plan).side;
  const exposure = exposureOf(view);
  const uncovered = exposure.minus(workingOn(view, hedgeSide, around));
  const overdone = ZERO.minus(exposure).minus(workingOn(view, opposite(hedgeSide), around));

  if (deal.state === 'holding') {
    const untilMs = deal.stateSinceMs + HOLD_MS;
    if (uncovered.gt(ZERO) || overdone.gt(ZERO)) {
      if (!around.retryHeld && around.nowMs < untilMs)
        return step(`On hold: ${deal.reason}. Tried again when a venue's health changes.`, [], untilMs);
      return step('Trying again.', [
        { do: 'state', state: 'hedging', rescueStep: -1, reason: 'tried again after a hold' },
      ]);
    }
  }
  if (uncovered.gt(ZERO)) {
    const hedging = reduce(view, uncovered, around);
    if (hedging !== undefined) return hedging;
  } else if (overdone.gt(ZERO)) {
    const takingBack = takeBack(view, overdone, around);
    if (takingBack !== undefined) return takingBack;
  }
  const waiting = view.orders.find((order) => order.live);
  if (waiting !== undefined) return step(waitingFor(waiting));
  if (view.orders.some((order) => order.unbooked.gt(ZERO))) return step('Waiting for the single fills of an order.');
  return step('Closing.', [{ do: 'close', outcome: outcomeOf(deal) }]);
}

/** Takes the next attempt at the step in use, or the next step; `undefined` when what is left is under the minimum. */
function reduce(view: DealView, uncovered: Decimal, around: Surroundings): Step | undefined {
  const { deal } = view;
  const target = targetOf(deal, deal.rescueStep, around);
  if (target === undefined) {
    // `hold`, or a listing that left the catalogue. A leftover too small for the planned hedge is no reason to hold.
    const planned = targetOf(deal, -1, around);
    if (planned !== undefined && coverAt(deal, planned, uncovered, around).kind === 'too-small') return undefined;
    return advance(deal, 'there is nowhere to send it');
  }
  const taken = takeResidue(view, uncovered, target, around);
  if (taken !== undefined) return taken;
  const cover = coverAt(deal, target, uncovered, around);
  if (cover.kind === 'too-small') return undefined;
  if (cover.kind === 'no-balance') {
    // What an order of the deal itself locks there and does not use comes back as soon as it ends.
    const locking = view.orders.find((order) => locks(order, target));
    return locking === undefined ? advance(deal, cover.detail) : step(waitingFor(locking));
  }

  const attempts = deal.orders.slice(deal.stepFirstOrder).filter((order) => order.intent.side === target.side);
  const failed = view.orders.filter(
    ({ record, live }) => attempts.includes(record) && !live && record.filled.lt(decimal(record.intent.quantity)),
  );
  const last = failed.at(-1)?.record;
  if (failed.length >= attemptsOf(deal)) return advance(deal, last?.reason ?? 'the book was too thin within the bound');
  const waitUntilMs = deal.rescueStep >= 0 && last !== undefined ? last.updatedAtMs + RETRY_MS : 0;
  if (around.nowMs < waitUntilMs) return step('Waiting for the book to refill.', [], waitUntilMs);
  return step(`Sending the ${target.purpose}.`, [{ do: 'send', send: cover.send }]);
}

/** A taking order that is on its way on the target's account and pays in what the target would pay in. */
function locks({ live, doubt, record: { intent } }: OrderView, { listing, leg, side }: Target): boolean {
  const taking = live && !doubt && intent.kind === 'ioc';
  return taking && intent.venue === listing.venue && intent.account === leg.account && intent.side === side;
}

/** EX-7: leftovers of earlier deals are cleared with the hedge of this one where both together can be. */
function takeResidue(view: DealView, uncovered: Decimal, target: Target, around: Surroundings): Step | undefined {
  if (view.deal.rescueStep >= 0 || around.residue.eq(ZERO)) return undefined;
  const inFavour = entryLeg(view.deal.plan).side === 'buy' ? around.residue : ZERO.minus(around.residue);
  if (uncovered.plus(inFavour).lt(smallestCover(target))) return undefined;
  return step('Taking leftovers over.', [{ do: 'take-residue', quantity: around.residue }]);
}

function takeBack(view: DealView, overdone: Decimal, around: Surroundings): Step | undefined {
  const { deal } = view;
  const target = takeBackTarget(deal, around);
  if (target === undefined) return hold(deal, 'the hedge listing left the catalogue');
  const cover = coverAt(deal, target, overdone, around);
  if (cover.kind === 'too-small') return undefined;
  if (cover.kind === 'no-balance') return hold(deal, cover.detail);
  const attempts = deal.orders
    .slice(deal.stepFirstOrder)
    .filter((order) => order.intent.side === target.side && order.intent.purpose === 'unwind');
  if (attempts.length >= TAKE_BACKS) return hold(deal, 'too much hedge could not be taken back');
  const waitUntilMs = (attempts.at(-1)?.updatedAtMs ?? Number.NEGATIVE_INFINITY) + RETRY_MS;
  if (around.nowMs < waitUntilMs) return step('Waiting for the book to refill.', [], waitUntilMs);
  return step('Taking back what is hedged too much.', [{ do: 'send', send: cover.send }]);
}

/** What non-entry orders of one direction may still execute, in base units that reach the position. */
function workingOn(view: DealView, side: Side, around: Surroundings): Decimal {
  return view.orders
    .filter(({ live, record }) => live && record.intent.purpose !== 'entry' && record.intent.side === side)
    .reduce((sum, { record: { intent }, remaining }) => {
      return sum.plus(netOf(intent, remaining, around.listing(intent.listing)).abs());
    }, ZERO);
}

function attemptsOf(deal: DealRecord): number {
  return deal.rescueStep < 0 ? 1 : (deal.plan.rescue[deal.rescueStep]?.attempts ?? 0);
}

/** The step of the ladder at which the filled leg begins to be undone; past its end when the plan has none. */
function firstUnwind(deal: DealRecord): number {
  const index = deal.plan.rescue.findIndex(isUnwind);
  return index < 0 ? deal.plan.rescue.length : index;
}

/** The next rung of the ladder (EX-8): what to do when the one in use did not complete. */
export function advance(deal: DealRecord, reason: string): Step {
  return step('Taking the next rescue step.', [toStep(deal, deal.rescueStep + 1, reason)]);
}

function hold(deal: DealRecord, reason: string): Step {
  return step('Holding.', [{ do: 'state', state: 'holding', rescueStep: deal.rescueStep, reason }]);
}

function toStep(deal: DealRecord, index: number, reason: string): Action {
  const rescue = deal.plan.rescue[index];
  const state: DealState =
    rescue === undefined || rescue.action === 'hold' ? 'holding' : isUnwind(rescue) ? 'unwinding' : 'hedging';
  return { do: 'state', state, rescueStep: index, reason };
}

function cancels(view: DealView, reason: string): Action[] {
  return view.orders
    .filter((order) => order.live && !order.cancelling && order.record.intent.kind === 'post-only')
    .map((order) => cancelOf(order, reason));
}

function waitingFor(order: OrderView): string {
  const { purpose, venue, kind } = order.record.intent;
  if (order.doubt) return `The ${purpose} on ${venue} is in doubt; the venue is being asked.`;
  if (order.cancelling) return `Waiting for ${venue} to confirm that the ${purpose} is cancelled.`;
  return kind === 'post-only'
    ? `The ${purpose} rests on ${venue}; each fill is hedged at once.`
    : `Waiting for ${venue} to answer the ${purpose}.`;
}

function outcomeOf(deal: DealRecord): Exclude<Deal['outcome'], 'open'> {
  const filled = (match: (purpose: string) => boolean): boolean =>
    deal.orders.some((order) => match(order.intent.purpose) && order.filled.gt(ZERO));
  if (!filled((purpose) => purpose === 'entry')) return 'no-fill';
  if (filled((purpose) => purpose === 'unwind' || purpose === 'flatten')) return 'unwound';
  return filled((purpose) => purpose === 'hedge') ? 'completed' : 'unwound';
}
