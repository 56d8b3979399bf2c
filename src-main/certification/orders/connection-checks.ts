import type { DeadMan } from '#shared/domain/capabilities';
import { KEY_TERMS } from '#shared/domain/credentials';
import type { OrderIntent } from '#shared/domain/order';
import { delay } from '#shared/kernel/time';
import { type Found, failed, passed } from '../outcome.ts';
import { truthOf } from './asking.ts';
import type { Desk } from './desk.ts';
import { during } from './execution-checks.ts';
import { lacking } from './not-supported.ts';

/** A stream that hears nothing is found out within this, ms: what is open is read again every half minute. */
const SILENCE_FOUND_MS = 80_000;
/** A stream is back within this of its loss, slow counters of calls included, ms. */
const BACK_WITHIN_MS = 60_000;
/** A dead-man of this length outlasts every call that disarms it, s. */
const ARMED_S = 60;
/** Venues act on a dead-man that has run out within this, ms. */
const LAPSE_MARGIN_MS = 5_000;

/** Why no entry may be sent while the stream is away. */
const NOT_NOW: readonly string[] = ['STREAM_LOST', 'NOT_READY', 'ACCOUNT_BLOCKED'];

/** EX-14: armed, renewed and disarmed it holds; on practice venues it also acts when left alone. */
export async function deadManCheck(desk: Desk): Promise<Found> {
  const { can, market } = desk;
  const { deadMan } = can;
  if (deadMan === null || deadMan.minS === null) {
    const armed = await desk.broker.deadMan(ARMED_S, [market.listing.id]);
    if (armed.ok) return failed('the venue has none to arm, and one was told as armed');
    if (armed.error.code !== 'UNSUPPORTED_ORDER') return failed(`not refused as unsupported but: ${armed.error.code}`);
    return deadMan === null ? lacking(desk, 'deadMan', 'has no dead-man switch that can be set') : cutCheck(desk);
  }
  const seconds = Math.max(Math.min(ARMED_S, deadMan.maxS ?? ARMED_S), deadMan.minS);
  // Not an entry: the broker's own guard of entries would renew it behind our back (EX-14).
  const { order } = await desk.accepted(desk.order({ purpose: 'hedge' }), 'dead-man');
  let problem = '';
  for (const what of ['armed', 'renewed']) {
    const done = await desk.broker.deadMan(seconds, [market.listing.id]);
    if (!done.ok) problem ||= `not ${what}: ${done.error.code} ${done.error.message}`;
  }
  const disarmed = await desk.broker.deadMan(null, [market.listing.id]);
  if (!disarmed.ok) problem ||= `not disarmed: ${disarmed.error.code} ${disarmed.error.message}`;
  if (problem !== '') return failed(problem);
  if ((await truthOf(desk, order)).state !== 'open') return failed('armed, renewed and disarmed, the order is gone');
  const text = `scope ${deadMan.scope}: ${seconds} s armed, renewed, disarmed, the order stayed`;
  const lapsed = await lapse(desk, deadMan, order);
  return typeof lapsed === 'string' ? passed(`${text}${lapsed}`) : lapsed;
}

/** Left alone it cancels. Not where the other product of the same key would lose its orders too. */
async function lapse(desk: Desk, deadMan: DeadMan, order: OrderIntent): Promise<Found | string> {
  const { subject, market } = desk;
  const shared = deadMan.scope === 'account' && KEY_TERMS[subject.orders.keyKind].feeds.length > 1;
  if (subject.provoke === null || shared) return '';
  const seconds = deadMan.minS ?? ARMED_S;
  const armed = await desk.broker.deadMan(seconds, [market.listing.id]);
  if (!armed.ok) return failed(`not armed for ${seconds} s: ${armed.error.code} ${armed.error.message}`);
  const ended = await desk.until(() => desk.ended(order.clientOrderId), seconds * 1_000 + LAPSE_MARGIN_MS);
  if (ended) return `; left alone for ${seconds} s it cancelled it`;
  await desk.broker.deadMan(null, [market.listing.id]);
  return failed(`left alone for ${seconds} s it did nothing`);
}

/** A dead-man that is tied to its connection acts when that ends. */
async function cutCheck(desk: Desk): Promise<Found> {
  const { order } = await desk.accepted(desk.order(), 'dead-man by connection');
  desk.tap.cut(true);
  await delay(desk.subject.clock, 1_000);
  desk.tap.cut(false);
  const ended = await desk.until(() => desk.ended(order.clientOrderId), desk.subject.times.recoveryMs);
  if (!(await desk.live(BACK_WITHIN_MS))) return failed('the stream did not come back');
  const { state } = await truthOf(desk, order);
  if (!ended || state === 'open') return failed(`its connection was cut and the order is ${state}`);
  return passed('tied to its connection: cannot be armed (refused here), and ends what rests when it is cut');
}

/** Orders and executions are heard over the private socket; on practice venues also that its silence is noticed. */
export async function privateStreamCheck(desk: Desk): Promise<Found> {
  const { subject, tap } = desk;
  const startedMs = subject.clock.monoMs();
  const { order, venueOrderId } = await desk.accepted(desk.taking(), 'private-stream');
  const { clientOrderId } = order;
  if (!(await desk.until(() => desk.whole(order)))) return failed('the execution was not told');
  const tookMs = (desk.heardAt('fill', clientOrderId) ?? Number.NaN) - startedMs;
  if (!(await desk.until(() => desk.ended(clientOrderId)))) return failed('the end of the order was not told');
  if (tap.heard(clientOrderId) < 1) return failed(`nothing of ${venueOrderId} came over the socket`);
  const text = `order and execution heard, the execution after ${Math.round(tookMs)} ms`;
  if (subject.provoke === null) return passed(text, tookMs);
  const silentMs = await during(desk, 'silent-private', async () => {
    const sentMs = subject.clock.monoMs();
    const { order: unheard } = await desk.accepted(desk.taking(), 'private-stream, silent');
    const found = await desk.until(() => desk.whole(unheard), SILENCE_FOUND_MS);
    return found ? subject.clock.monoMs() - sentMs : null;
  });
  if (silentMs === null) return failed(`a stream gone silent was not noticed within ${SILENCE_FOUND_MS / 1000} s`);
  if (!(await desk.live(BACK_WITHIN_MS))) return failed('after its silence the stream did not come back');
  return passed(`${text}; its silence was found out after ${(silentMs / 1000).toFixed(1)} s`, tookMs);
}

/** EX-5: what happened while the stream was away is told once it is back; no entry is sent meanwhile. */
export async function privateDisconnectCheck(desk: Desk): Promise<Found> {
  const { subject, tap } = desk;
  const [entry, taking] = [desk.order(), desk.taking()];
  let hedge = taking;
  tap.cut(true);
  try {
    if (!(await desk.until(() => desk.broker.state().stream === 'lost'))) return failed('its loss was not noticed');
    const { code, left } = await desk.refusal({ ...entry, createBeforeMs: subject.clock.wallMs() + 5_000 });
    if (left > 0 || !NOT_NOW.includes(code)) return failed(`an entry meanwhile: ${code}, left ${left} times`);
    ({ order: hedge } = await desk.accepted(taking, 'private-disconnect'));
    await delay(subject.clock, 500);
  } finally {
    tap.cut(false);
  }
  const startedMs = subject.clock.monoMs();
  if (!(await desk.live(BACK_WITHIN_MS))) return failed('it did not come back');
  if (!(await desk.until(() => desk.whole(hedge), SILENCE_FOUND_MS)))
    return failed('what filled meanwhile was not told');
  const tookMs = subject.clock.monoMs() - startedMs;
  const ids = desk.fills
    .filter(({ clientOrderId }) => clientOrderId === hedge.clientOrderId)
    .map(({ tradeId }) => tradeId);
  if (new Set(ids).size !== ids.length) return failed('what filled meanwhile was told twice');
  const text = `entries refused meanwhile, a hedge sent; back and told after ${Math.round(tookMs)} ms`;
  return passed(text, tookMs);
}
