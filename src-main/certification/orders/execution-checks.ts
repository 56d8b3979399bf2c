import type { OrderTruth } from '#engine/ports';
import type { OrderIntent } from '#shared/domain/order';
import type { FaultName } from '#shared/domain/practice';
import { delay } from '#shared/kernel/time';
import { decimal, wire } from '#shared/money/decimal';
import { type Found, failed, passed } from '../outcome.ts';
import { historyOf, truthOf } from './asking.ts';
import type { Desk } from './desk.ts';
import { NOT_PROVOKED, onlyProvoked } from './not-supported.ts';
import { outcomeText } from './order-words.ts';

/** A repeat of an execution would have come by then, ms. */
const REPEATS_WITHIN_MS = 1_500;
/** Histories are written late; they are asked for again at this pace, ms. */
const ASK_EVERY_MS = 500;
/** Our own counts let something out again after this, ms. */
const OWN_COUNT_MS = 8_000;
/** Longer than any practice venue tells to wait, ms. */
const LIMIT_LASTS_MS = 75_000;

/** Words of an order that was refused for nothing but the number of calls. */
const LIMITED = /limit|too many|OWN_BUDGET|NOT_READY|ACCOUNT_BLOCKED|STREAM_LOST|DEADLINE/i;

/** Runs it with a fault on, and switches the fault off whatever happens. @throws when the fault does not fit. */
export async function during<T>(desk: Desk, fault: FaultName, run: () => Promise<T>): Promise<T> {
  const { provoke } = desk.subject;
  const misfit = provoke?.(fault, true) ?? null;
  if (misfit !== null) throw new Error(misfit);
  try {
    return await run();
  } finally {
    provoke?.(fault, false);
  }
}

/** An IOC that gets a part: the part is told, the rest is cancelled. */
export async function partialFillCheck(desk: Desk): Promise<Found> {
  if (desk.subject.provoke === null) return onlyProvoked('needs the book to be thinner than the order');
  let got = await greedyOrder(desk);
  // The book may have moved away, or closer, under an order that is sized by what it shows so near the touch.
  for (let again = 0; again < 4 && !inPart(got); again += 1) got = await greedyOrder(desk);
  const { order, state, filled } = got;
  if (!inPart(got)) return failed(`${filled} of ${order.quantity} filled`);
  if (state !== 'cancelled' && state !== 'expired') return failed(`the rest is ${state}`);
  const told = () => desk.filled(order.clientOrderId).eq(filled);
  if (!(await desk.until(told))) {
    return failed(`${filled} filled, and ${wire(desk.filled(order.clientOrderId))} told as executions`);
  }
  return passed(`${filled} of ${order.quantity} filled and told, the rest ${state}`);
}

const inPart = ({ order, filled }: { order: OrderIntent; filled: string }): boolean =>
  decimal(filled).gt('0') && decimal(filled).lt(order.quantity);

async function greedyOrder(desk: Desk): Promise<{ order: OrderIntent; state: OrderTruth['state']; filled: string }> {
  const { order } = await during(desk, 'partial-fills', async () => {
    const sent = await desk.accepted(desk.taking(desk.market.greedy()), 'partial-fill');
    await desk.until(() => desk.ended(sent.order.clientOrderId));
    return sent;
  });
  const { clientOrderId } = order;
  return { order, state: desk.lastState(clientOrderId) ?? 'unknown', filled: wire(desk.got(clientOrderId)) };
}

/** EX-5: each execution once, however often it is told, and the same ones as the venue's own history has. */
export async function fillsCheck(desk: Desk): Promise<Found> {
  const { subject } = desk;
  if (subject.provoke !== null) {
    await during(desk, 'duplicate-events', async () => {
      for (const side of ['buy', 'sell'] as const) {
        const { order } = await desk.accepted(desk.taking({ side }), 'fills-deduplicated');
        if (!(await desk.until(() => desk.whole(order)))) throw new Error(`the ${side} was not told as filled`);
      }
      await delay(subject.clock, REPEATS_WITHIN_MS);
    });
  }
  const streamed = desk.fills.map(named);
  if (streamed.length === 0) return failed('no execution to look at');
  const twice = streamed.find((fill, index) => streamed.indexOf(fill) !== index);
  if (twice !== undefined) return failed(`told twice: ${twice}`);
  const endMs = subject.clock.monoMs() + subject.times.patienceMs;
  for (;;) {
    const kept = (await historyOf(desk)).map(named);
    const repeated = kept.find((fill, index) => kept.indexOf(fill) !== index);
    if (repeated !== undefined) return failed(`twice in the history: ${repeated}`);
    const missing = kept.filter((fill) => !streamed.includes(fill));
    if (missing.length > 0) return failed(`in the history and never told: ${missing[0]}`);
    const lacking = streamed.filter((fill) => !kept.includes(fill));
    if (lacking.length === 0) break;
    if (subject.cancelled() || subject.clock.monoMs() > endMs)
      return failed(`told and not in the history: ${lacking[0]}`);
    await delay(subject.clock, ASK_EVERY_MS);
  }
  const { witness } = subject;
  if (witness !== null) {
    const there = [...desk.sent.keys()]
      .flatMap((id) => witness(id))
      .reduce((sum, { executions }) => sum + executions, 0);
    if (there !== streamed.length) return failed(`${streamed.length} told, ${there} at the venue`);
  }
  const doubled = subject.provoke === null ? '' : ', also while events came twice';
  return passed(`${streamed.length} executions, each told once${doubled}, the same in the venue’s history`);
}

const named = ({ clientOrderId, tradeId, quantity, price }: Desk['fills'][number]): string =>
  `${tradeId} of ${clientOrderId}: ${wire(decimal(quantity))} at ${wire(decimal(price))}`;

/** EX-3: the venue says "too many": no create is sent twice, and afterwards all goes on. */
export async function orderRateLimitCheck(desk: Desk): Promise<Found> {
  const { subject, tap } = desk;
  if (subject.provoke === null) return onlyProvoked(NOT_PROVOKED);
  // One that rests nowhere: nothing but itself is sent for it.
  const away = () => desk.order({ kind: 'ioc', purpose: 'hedge' });
  let order = away();
  let outcome = await during(desk, 'rate-limit', () => desk.submit(order));
  for (let again = 0; again < 5 && tap.leaving(order.clientOrderId).length === 0; again += 1) {
    // Our own count kept it back: the venue has not said anything yet.
    await delay(subject.clock, OWN_COUNT_MS);
    order = away();
    outcome = await during(desk, 'rate-limit', () => desk.submit(order));
  }
  const { clientOrderId } = order;
  if (outcome.kind === 'accepted') return failed('the order was told as accepted');
  const startedMs = subject.clock.monoMs();
  const left = tap.leaving(clientOrderId).length;
  if (left !== 1) return failed(`it left ${left} times: ${outcomeText(outcome)}`);
  let words = '';
  while (subject.clock.monoMs() - startedMs < LIMIT_LASTS_MS && !subject.cancelled()) {
    await delay(subject.clock, 1_000);
    const again = await desk.submit(away());
    const answered = again.kind === 'accepted' || (again.kind === 'rejected' && !LIMITED.test(outcomeText(again)));
    if (answered) {
      const tookMs = subject.clock.monoMs() - startedMs;
      if ((subject.witness?.(clientOrderId).length ?? 0) > 0) return failed('the refused order is at the venue');
      const told = `told as ${outcome.kind} (${outcomeText(outcome)}), sent once`;
      return passed(`${told}; orders went on after ${(tookMs / 1000).toFixed(1)} s`, tookMs);
    }
    words = outcomeText(again);
  }
  return failed(`afterwards nothing was accepted: ${words}`);
}

/** EX-3, EX-4: accepted and answered with a server's error: in doubt, found by asking, sent once. */
export async function transientFaultCheck(desk: Desk): Promise<Found> {
  const { subject, tap } = desk;
  if (subject.provoke === null) return onlyProvoked(NOT_PROVOKED);
  const misfit = subject.provoke('accept-then-5xx', true);
  if (misfit !== null) return failed(misfit);
  const { order, outcome } = await desk.send(desk.order(), 'transient-fault');
  const { clientOrderId } = order;
  if (outcome.kind !== 'in-doubt') return failed(`answered with a server’s error it was told as ${outcome.kind}`);
  const read = await truthOf(desk, order);
  if (read.state !== 'open') return failed(`found as ${read.state}`);
  const again = await desk.submit(order);
  if (again.kind !== 'in-doubt') return failed(`given again it was ${again.kind}`);
  const copies = subject.witness?.(clientOrderId).length ?? 1;
  const creates = tap.leaving(clientOrderId).filter((text) => text.includes(order.price)).length;
  if (copies !== 1) return failed(`the venue holds it ${copies} times`);
  if (creates > 1) return failed(`it left ${creates} times`);
  const cancelled = await desk.broker.cancel(clientOrderId, order.listing);
  if (cancelled !== 'cancelled') return failed(`its cancel was ${cancelled}`);
  return passed('accepted and answered with 502: in doubt, found open by asking, sent once, cancelled');
}
