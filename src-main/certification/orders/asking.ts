import type { OrderTruth } from '#engine/ports';
import type { Fill, OrderIntent } from '#shared/domain/order';
import { delay } from '#shared/kernel/time';
import { type Decimal, decimal, ZERO } from '#shared/money/decimal';
import { AGAIN_MS, type Desk, OWN_LIMIT, OWN_LIMIT_MS } from './desk.ts';

/**
 * Asks again while our own count of the venue's limits keeps the question back; `why` gives what a refusal says. A person
 * who stops the checks does not wait for it, but what closes them does.
 */
export async function patiently<T>(desk: Desk, ask: () => Promise<T>, why: (answer: T) => string): Promise<T> {
  const { clock, cancelled } = desk.subject;
  for (const endMs = clock.monoMs() + OWN_LIMIT_MS; ; ) {
    const answer = await ask();
    if (!OWN_LIMIT.test(why(answer)) || clock.monoMs() > endMs || (cancelled() && !desk.closing)) return answer;
    await delay(clock, AGAIN_MS);
  }
}

/** @throws when the order is not found. */
export async function truthOf(
  desk: Desk,
  { clientOrderId, listing, createBeforeMs }: OrderIntent,
): Promise<OrderTruth> {
  const asked = await patiently(
    desk,
    () => desk.broker.query(clientOrderId, listing, createBeforeMs),
    (answer) => (answer.kind === 'unknown' ? answer.message : ''),
  );
  if (asked.kind === 'found') return asked.order;
  throw new Error(`${clientOrderId} is ${asked.kind}${asked.kind === 'unknown' ? `: ${asked.message}` : ''}`);
}

/** Client ids of ours that the venue shows open. @throws when it cannot be asked. */
export async function openIdsOf(desk: Desk): Promise<readonly string[]> {
  const open = await patiently(
    desk,
    () => desk.broker.openOrders(),
    (answer) => (answer.ok ? '' : answer.error),
  );
  if (!open.ok) throw new Error(`the open orders cannot be read: ${open.error}`);
  return open.value.flatMap(({ clientOrderId }) => (desk.sent.has(clientOrderId) ? [clientOrderId] : []));
}

/** Executions of ours in the venue's history. @throws when it cannot be asked. */
export async function historyOf(desk: Desk): Promise<readonly Fill[]> {
  const asked = await patiently(
    desk,
    () => desk.broker.fillsSince(desk.startedAtMs - 1_000, desk.market.listing.id),
    (answer) => (answer.ok ? '' : answer.error.code),
  );
  if (!asked.ok) throw new Error(`the history cannot be read: ${asked.error.code} ${asked.error.message}`);
  return asked.value.filter(({ clientOrderId }) => desk.sent.has(clientOrderId));
}

/** The position in the instrument, base units, negative when short. @throws when it cannot be asked. */
export async function positionOf(desk: Desk): Promise<Decimal> {
  const asked = await patiently(
    desk,
    () => desk.broker.positions(),
    (answer) => (answer.ok ? '' : answer.error.code),
  );
  if (!asked.ok) throw new Error(`the positions cannot be read: ${asked.error.code} ${asked.error.message}`);
  const held = asked.value.find(({ instrument }) => instrument === desk.market.listing.instrument);
  if (held === undefined) return ZERO;
  return held.side === 'long' ? decimal(held.quantity) : decimal(held.quantity).neg();
}
