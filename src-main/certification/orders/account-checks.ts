import type { BrokerState, VenueAccountBroker } from '#engine/ports';
import type { KeyCheck, KeyFinding } from '#shared/domain/account';
import { type Found, failed, passed } from '../outcome.ts';
import { until } from '../subject.ts';
import type { Desk } from './desk.ts';
import { chooseListing, Market } from './market.ts';
import type { KeyName } from './order-subject.ts';

/** The market is read, the key accepted and the account's private stream live; a wrong secret is refused. */
export async function authenticationCheck(desk: Desk): Promise<Found> {
  const { subject, watch } = desk;
  watch.start();
  if (!(await desk.until(() => watch.whole, subject.times.booksMs))) {
    return failed(`no book to price orders by: ${watch.reason === '' ? 'none came' : watch.reason}`);
  }
  const startedMs = subject.clock.monoMs();
  const opened = await desk.open();
  if (!opened.ok) return failed(opened.error);
  await settled(desk, desk.broker);
  const state = desk.broker.state();
  if (state.kind !== 'ready') return failed(`${state.kind}: ${state.reason}`);
  const tookMs = subject.clock.monoMs() - startedMs;
  const signature = finding(state, 'signature');
  if (signature?.status !== 'pass')
    return failed(`the signature was not proven: ${signature?.cause ?? 'not looked at'}`);
  const chosen = await choose(desk);
  if (chosen !== null) return chosen;
  const wrong = await unfit(desk, 'wrong-secret');
  if (wrong !== null && finding(wrong, 'signature')?.status !== 'fail') {
    return failed(`a wrong secret was not told as such: ${wrong.kind}, ${wrong.reason}`);
  }
  const told = state.health?.findings.filter(({ status }) => status === 'pass').length ?? 0;
  const refused = wrong === null ? '' : '; a wrong secret is refused';
  return passed(`${hostOf(desk)} took the key, ${told} findings good, stream ${state.stream}${refused}`, tookMs);
}

async function choose(desk: Desk): Promise<Found | null> {
  const { broker, subject } = desk;
  const holdings = await broker.holdings();
  if (!holdings.ok) return failed(`the holdings could not be read: ${holdings.error.message}`);
  const positions = await broker.positions();
  if (!positions.ok) return failed(`the positions could not be read: ${positions.error.message}`);
  const listing = chooseListing(desk.watch, subject.bases[0] ?? '', holdings.value, positions.value);
  if (!listing.ok) return failed(listing.error);
  desk.choose(new Market(desk.watch, listing.value));
  return null;
}

/** A key may trade and not withdraw; keys that may not trade, and that may withdraw, are told apart and send nothing. */
export async function permissionsCheck(desk: Desk): Promise<Found> {
  const own = desk.broker.state();
  const [trade, withdrawal] = [finding(own, 'trade'), finding(own, 'withdrawal')];
  if (trade?.status !== 'pass') return failed(`trade: ${trade?.status ?? 'not looked at'} ${trade?.cause ?? ''}`);
  if (withdrawal?.status !== 'pass') {
    return failed(`withdrawal: ${withdrawal?.status ?? 'not looked at'} ${withdrawal?.cause ?? ''}`);
  }
  const told: string[] = [];
  for (const [key, check, other] of [
    ['read-only', 'trade', 'withdrawal'],
    ['withdrawal', 'withdrawal', 'trade'],
  ] as const) {
    const state = await unfit(desk, key);
    if (state === null) continue;
    const found = finding(state, check);
    if (state.kind !== 'blocked' || found?.status !== 'fail')
      return failed(`the ${key} key is ${state.kind}, not blocked`);
    if (finding(state, other)?.status === 'fail') return failed(`the ${key} key was blamed for ${other} too`);
    told.push(`${key} key blocked: ${found.cause}`);
  }
  const findings = `may trade, may not withdraw`;
  return passed(told.length === 0 ? `${findings}, by the key’s own findings` : `${findings}; ${told.join('; ')}`);
}

/** How the broker stands with another key; `null` where there is no such key. @throws when it does not come to an end. */
async function unfit(desk: Desk, key: KeyName): Promise<BrokerState | null> {
  if (desk.subject.credentials(key) === undefined) return null;
  const made = desk.make(key);
  if (!made.ok) throw new Error(made.error);
  const broker = made.value;
  await broker.start();
  await settled(desk, broker);
  const state = broker.state();
  await broker.stop();
  return state;
}

/** Ready, or blocked by something proven; what is merely unproven is looked at again by the broker. */
async function settled({ subject }: Desk, broker: VenueAccountBroker): Promise<void> {
  const done = () => {
    const { kind, health } = broker.state();
    return kind === 'ready' || (kind === 'blocked' && health?.verdict === 'refused');
  };
  await until(subject, done, subject.times.patienceMs);
}

const finding = ({ health }: BrokerState, check: KeyCheck): KeyFinding | undefined =>
  health?.findings.find((one) => one.check === check);

/** Where signed calls go. */
export const hostOf = ({ subject }: Desk): string => subject.orders.hosts(subject.entity)?.[0] ?? 'no host';
