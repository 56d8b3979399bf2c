import { decimal, wire } from '#shared/money/decimal';
import { type Found, failed, passed } from '../outcome.ts';
import { openIdsOf, patiently, positionOf, truthOf } from './asking.ts';
import { type Desk, THROUGH } from './desk.ts';
import { lacking, refusedAsLacking } from './not-supported.ts';

/** Words by which venues know an order without a limit; none may be in what we send. */
const WITHOUT_LIMIT = /\b(?:ord(?:er)?_?type|type)\W{1,4}(?:market|mkt)\b|market_market/i;
/** A resident stop lies this far below, and sells down to this far below its trigger; fractions. */
const STOP_AWAY = '0.05';
const STOP_BOUND = '0.005';

/** ID-2: an order off the tick, the lot or a minimum is refused here and never leaves. */
export async function precisionCheck(desk: Desk): Promise<Found> {
  const { listing } = desk.market;
  const { priceTick, lotStep, minQuantity, minNotional } = listing;
  const order = desk.order();
  const half = (step: string) => decimal(step).div('2');
  const off: (readonly [string, Partial<typeof order>])[] = [
    ['CATALOGUE_TICK', { price: wire(decimal(order.price).plus(half(priceTick))) }],
    ['CATALOGUE_LOT', { quantity: wire(decimal(order.quantity).plus(half(lotStep))) }],
    ['CATALOGUE_QUANTITY', { quantity: '0' }],
  ];
  if (decimal(minQuantity).gt(lotStep)) {
    off.push(['CATALOGUE_MIN_QUANTITY', { quantity: wire(decimal(minQuantity).minus(lotStep)) }]);
  }
  const little = decimal(minQuantity).gt(lotStep) ? decimal(minQuantity) : decimal(lotStep);
  if (little.times(order.price).lt(minNotional)) off.push(['CATALOGUE_MIN_NOTIONAL', { quantity: wire(little) }]);
  for (const [expected, changes] of off) {
    const { code, left } = await desk.refusal(desk.order(changes));
    if (left > 0) return failed(`${expected}: the order left (${code})`);
    if (code !== expected) return failed(`${expected} was expected, and it was ${code}`);
  }
  return passed(`${off.length} orders off tick ${priceTick}, lot ${lotStep} or minimum refused here, none left`);
}

/** What stands for a market order: a limit through the touch that takes at once. */
export async function marketPathCheck(desk: Desk): Promise<Found> {
  const { market, subject } = desk;
  const startedMs = subject.clock.monoMs();
  const { order } = await desk.accepted(desk.taking({ quantity: market.quantity(2) }), 'market-path');
  const acceptedMs = subject.clock.monoMs() - startedMs;
  if (!(await desk.until(() => desk.whole(order)))) {
    return failed(`${wire(desk.filled(order.clientOrderId))} of ${order.quantity} was told as filled`);
  }
  const toldMs = (desk.heardAt('fill', order.clientOrderId) ?? Number.NaN) - startedMs;
  const fills = desk.fills.filter(({ clientOrderId }) => clientOrderId === order.clientOrderId);
  if (fills.some(({ price }) => decimal(price).gt(order.price)))
    return failed(`filled beyond its limit ${order.price}`);
  const bare = desk.tap.leaving(order.clientOrderId).find((text) => WITHOUT_LIMIT.test(text));
  if (bare !== undefined) return failed('an order without a limit left');
  const bps = wire(decimal(THROUGH).times('10000'));
  return passed(
    `limit IOC ${bps} bps through the touch, no order without a limit: accepted in ${Math.round(acceptedMs)} ms, filled in ${Math.round(toldMs)} ms`,
    toldMs,
  );
}

/** Rests, is read back, is cancelled; one that would take never executes. */
export async function postOnlyCheck(desk: Desk): Promise<Found> {
  const startedMs = desk.subject.clock.monoMs();
  const { order: resting, venueOrderId } = await desk.accepted(desk.order(), 'post-only');
  const tookMs = desk.subject.clock.monoMs() - startedMs;
  const read = await truthOf(desk, resting);
  if (read.state !== 'open' || read.venueOrderId !== venueOrderId || !decimal(read.filled).eq('0')) {
    return failed(`read back as ${read.state}, ${read.filled} filled, ${read.venueOrderId}`);
  }
  if (!(await openIdsOf(desk)).includes(resting.clientOrderId))
    return failed('it rests and is not among the open orders');
  const cancelled = await desk.broker.cancel(resting.clientOrderId, resting.listing);
  if (cancelled !== 'cancelled') return failed(`its cancel was ${cancelled}`);
  const greedy = desk.order({ price: desk.market.through('buy', '0.0005') });
  const { order: taking, outcome } = await desk.send(greedy, 'post-only that would take');
  if (outcome.kind === 'in-doubt') return failed(`one that would take: ${outcome.message}`);
  if (outcome.kind === 'accepted' && !(await desk.until(() => desk.ended(taking.clientOrderId)))) {
    return failed('one that would take rests');
  }
  if (desk.got(taking.clientOrderId).gt('0')) return failed('one that would take took');
  const how = outcome.kind === 'rejected' ? `refused: ${outcome.code}` : 'accepted, then cancelled by the venue';
  return passed(`rested, read back, cancelled; one that would take: ${how}`, tookMs);
}

/** What is not there at once is cancelled. */
export async function iocCheck(desk: Desk): Promise<Found> {
  const { order, outcome } = await desk.send(desk.order({ kind: 'ioc' }), 'ioc away from the market');
  if (outcome.kind === 'in-doubt') return failed(outcome.message);
  if (outcome.kind === 'rejected') return passed(`one away from the market is refused: ${outcome.code}`);
  if (!(await desk.until(() => desk.ended(order.clientOrderId), desk.subject.times.recoveryMs / 2))) {
    return failed(`one away from the market rests: it is ${(await truthOf(desk, order)).state}`);
  }
  const got = desk.got(order.clientOrderId);
  if (got.gt('0')) return failed(`${wire(got)} filled`);
  return passed(`one away from the market got nothing and is ${desk.lastState(order.clientOrderId) ?? 'refused'}`);
}

/** EX-10: it only ever makes the position smaller. */
export async function reduceOnlyCheck(desk: Desk): Promise<Found> {
  const { market } = desk;
  if (!desk.can.reduceOnly) {
    const order = desk.order({ reduceOnly: true });
    return refusedAsLacking(desk, 'reduceOnly', 'has no positions to reduce', order);
  }
  await desk.hold(2, 'a position to reduce');
  const before = wire(desk.held());
  const quantity = wire(decimal(market.quantity(2)).times('3'));
  const more = desk.taking({ side: 'sell', purpose: 'unwind', quantity, reduceOnly: true });
  const { order, outcome } = await desk.send(more, 'reduce-only of more than is held');
  if (outcome.kind === 'in-doubt') return failed(outcome.message);
  if (outcome.kind === 'accepted' && !(await desk.until(() => desk.ended(order.clientOrderId)))) {
    return failed('it was not told as ended');
  }
  const left = await positionOf(desk);
  if (left.lt('0')) return failed(`a long of ${before} became a short of ${wire(left.abs())}`);
  if (left.gt(before)) return failed(`${before} became ${wire(left)}`);
  const how = outcome.kind === 'accepted' ? 'was cut to it' : `was refused: ${outcome.code}`;
  return passed(`${quantity} against a position of ${before} ${how}; left: ${wire(left)}`);
}

/** EX-9: lies on the venue with its trigger, is read back, is cancelled. */
export async function residentStopCheck(desk: Desk): Promise<Found> {
  const { market, subject, can } = desk;
  const tick = decimal(market.listing.priceTick);
  const trigger = market.under(STOP_AWAY);
  const bound = decimal(trigger).times(decimal('1').minus(STOP_BOUND)).div(tick).round(0, 0).times(tick);
  const stop = {
    side: 'sell',
    kind: 'stop-loss',
    purpose: 'flatten',
    price: wire(bound),
    ...(can.reduceOnly ? { reduceOnly: true } : {}),
  } as const;
  if (!can.orderKinds.includes('stop-loss') || can.stopTriggers.length === 0) {
    const order = desk.order({ ...stop, trigger: { price: trigger, by: 'last' } });
    return refusedAsLacking(desk, 'stopTriggers', 'has no resident stop that can be relied on', order);
  }
  await desk.hold(2, 'something to protect');
  // One kind of trigger is enough where real money lies behind it.
  const kinds = subject.witness === null ? can.stopTriggers.slice(0, 1) : can.stopTriggers;
  for (const by of kinds) {
    const intent = desk.order({ ...stop, trigger: { price: trigger, by } });
    const { order } = await desk.accepted(intent, `resident stop by the ${by} price`);
    const read = await truthOf(desk, order);
    if (read.state !== 'open') return failed(`by the ${by} price: read back as ${read.state}`);
    if (by === kinds[0] && !(await openIdsOf(desk)).includes(order.clientOrderId)) {
      return failed('it lies on the venue and is not among the open orders');
    }
    const there = subject.witness?.(order.clientOrderId)[0];
    if (subject.witness !== null && there?.triggerBy !== by) {
      return failed(`by the ${by} price: the venue watches ${there?.triggerBy ?? 'nothing'}`);
    }
    const cancelled = await desk.broker.cancel(order.clientOrderId, order.listing);
    if (cancelled !== 'cancelled') return failed(`by the ${by} price: its cancel was ${cancelled}`);
    if (!(await desk.until(() => desk.ended(order.clientOrderId))))
      return failed(`by the ${by} price: its end was not told`);
  }
  const seen = subject.witness === null ? 'as sent' : 'as the venue holds it';
  return passed(`placed, read back and cancelled; trigger by ${kinds.join(', ')} price, ${seen}`);
}

/** EX-4: found by its client id alone; absent only once it can no longer be created. */
export async function clientIdCheck(desk: Desk): Promise<Found> {
  const { clock } = desk.subject;
  if (!desk.can.resolvesByClientId) return lacking(desk, 'resolvesByClientId', 'finds no order by its client id');
  const { order, venueOrderId } = await desk.accepted(desk.order(), 'client-id-query');
  const made = desk.make('own');
  if (!made.ok) return failed(made.error);
  // Like this program after a crash: it knows the client id and nothing else.
  const later = desk.subject.through?.(made.value) ?? made.value;
  const ask = (id: string, createBeforeMs: number) =>
    patiently(
      desk,
      () => later.query(id, order.listing, createBeforeMs),
      (answer) => (answer.kind === 'unknown' ? answer.message : ''),
    );
  const found = await ask(order.clientOrderId, order.createBeforeMs);
  await desk.broker.cancel(order.clientOrderId, order.listing);
  if (found.kind !== 'found') return failed(`by its client id it is ${found.kind}`);
  if (found.order.venueOrderId !== venueOrderId) return failed(`${found.order.venueOrderId} is not ${venueOrderId}`);
  const never = desk.nextId();
  const early = await ask(never, clock.wallMs() + EARLY_MS);
  if (early.kind !== 'unknown') return failed(`one that could still be created is ${early.kind}`);
  const late = await ask(never, clock.wallMs() - LATE_MS);
  await made.value.stop();
  if (late.kind !== 'absent') return failed(`one whose deadline passed is ${late.kind}, not absent`);
  return passed('found by client id alone; absence proven after the deadline, not before');
}

const EARLY_MS = 5_000;
/** Beyond every margin that is kept after a deadline (EX-4). */
const LATE_MS = 160_000;

/** EX-4: a second cancel, and the cancel of what never was, do nothing and say so. */
export async function cancelCheck(desk: Desk): Promise<Found> {
  const { clock } = desk.subject;
  const { order } = await desk.accepted(desk.order(), 'cancel-idempotent');
  const { clientOrderId, listing } = order;
  const startedMs = clock.monoMs();
  const first = await desk.broker.cancel(clientOrderId, listing);
  const tookMs = clock.monoMs() - startedMs;
  if (first !== 'cancelled') return failed(`the first cancel was ${first}`);
  if (!(await desk.until(() => desk.ended(clientOrderId)))) return failed('its end was not told');
  const second = await desk.broker.cancel(clientOrderId, listing);
  if (second !== 'gone') return failed(`the second cancel was ${second}`);
  const never = await desk.broker.cancel(desk.nextId(), listing);
  if (never === 'cancelled') return failed('the cancel of an order that never was is told as done');
  return passed('cancelled once, then gone; what never was is not told as cancelled', tookMs);
}
