import {
  ASK,
  BID,
  type Book,
  FUNDING_INTERVAL_MS,
  FUNDING_RATE,
  INDEX_PRICE,
  MARK_PRICE,
  NEXT_SETTLEMENT_MS,
} from '#engine/ports';
import type { CheckResult } from '#shared/domain/certification';
import { type FeedId, type ListingId, productOf } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { FaultName } from '#shared/domain/practice';
import { delay } from '#shared/kernel/time';
import { FeedWatch } from './feed-watch.ts';
import { type Found, failed, passed, timed, unsupported } from './outcome.ts';
import { type Subject, until } from './subject.ts';
import type { TapTransport } from './tap-transport.ts';

const HOUR_MS = 3_600_000;
/** Levels a side that must be the same in two copies of one book. */
const COMPARED_LEVELS = 20;
/** So many moments are compared; the copies may part within the last one. */
const COMPARED_MOMENTS = 12;
const LEAST_EQUAL = 0.75;
/** Feeds whose frames may carry a checksum of the book. */
const CHECKSUM_FEEDS: readonly FeedId[] = ['kraken:spot', 'okx:spot', 'okx:perp'];
/** So often a loss is provoked where nothing is numbered. */
const PROVOCATIONS_WITHOUT_NUMBERS = 4;
/** What says that a delta is missing: its number, or where there is none, the checksum. */
const GAP_FAULTS = ['gap', 'checksum'] as const;

/** Every book in scope is there. */
export async function bookSnapshotCheck(subject: Subject, watch: FeedWatch): Promise<Found> {
  const came = await until(subject, () => watch.whole, subject.times.booksMs);
  const { owners } = watch;
  if (!came) {
    if (!watch.connected) return failed(watch.reason === '' ? 'not connected' : watch.reason);
    const missing = owners.filter(({ id }) => watch.book(id)?.valid !== true).map(({ instrument }) => instrument);
    return failed(`no book of ${missing.join(', ') || 'any instrument'} within ${subject.times.booksMs / 1000} s`);
  }
  const depths = owners.map(({ id }) => Math.min(depthOf(watch, id, BID), depthOf(watch, id, ASK)));
  const least = Math.min(...depths);
  const text = `${owners.length} books, the thinnest with ${least} levels a side`;
  return least > 0 ? passed(text) : failed(text);
}

const depthOf = (watch: FeedWatch, listing: ListingId, side: typeof BID | typeof ASK): number =>
  watch.book(listing)?.depth(side) ?? 0;

/** Books are watched for a while; none may stay crossed, and one is compared with a snapshot of another connection. */
export async function bookStreamCheck(subject: Subject, watch: FeedWatch, tap: TapTransport): Promise<Found> {
  const { clock, times } = subject;
  const before = watch.commits;
  const faultsBefore = watch.faultCount('crossed', 'bad-shape', 'not-json');
  const lagsBefore = watch.lagsMs.length;
  await delay(clock, times.streamMs);
  const updates = watch.commits - before;
  const faults = watch.faultCount('crossed', 'bad-shape', 'not-json') - faultsBefore;
  if (updates === 0) return failed(`no update in ${times.streamMs / 1000} s`);
  if (faults > 0) return failed(`${faults} frames could not be used or left a book crossed`);
  const beside = await besideFreshSnapshot(subject, watch, tap);
  if (beside.status === 'FAIL') return beside;
  const lags = watch.lagsMs.slice(lagsBefore).sort((a, b) => a - b);
  const quantile = (share: number) => lags[Math.min(lags.length - 1, Math.floor(lags.length * share))];
  const lag =
    lags.length === 0 ? 'lag unknown' : `lag p50 ${quantile(0.5)?.toFixed(0)} ms, p99 ${quantile(0.99)?.toFixed(0)} ms`;
  return passed(`${updates} updates in ${times.streamMs / 1000} s, ${lag}; ${beside.detail}`);
}

/** Our books beside those of a second connection, which begins with a snapshot of its own, at equal moments. */
async function besideFreshSnapshot(subject: Subject, watch: FeedWatch, tap: TapTransport): Promise<Found> {
  const { bases, times } = subject;
  /** Whether the copies were ever equal at a moment: of several updates within one they may first show different ones. */
  const moments = new Map<string, boolean>();
  const look = (listing: ListingId) => {
    const ours = watch.book(listing);
    const fresh = second.book(listing);
    if (ours?.valid !== true || fresh?.valid !== true || momentOf(ours) !== momentOf(fresh)) return;
    const moment = `${listing} ${momentOf(ours)}`;
    if (moments.get(moment) !== true) moments.set(moment, sameLevels(ours, fresh));
  };
  const second = new FeedWatch(subject, { transport: tap, bases: bases.slice(0, 1), name: 'second' });
  second.onCommit(look);
  const stopLooking = watch.onCommit(look);
  second.start();
  await until(subject, () => moments.size >= COMPARED_MOMENTS, times.booksMs + times.patienceMs);
  stopLooking();
  const { booksValid } = second;
  await second.stop();
  if (booksValid === 0) return failed(`a second connection got no book: ${second.reason}`);
  if (moments.size === 0) return failed('a second connection never showed the same moment of a book');
  const equal = [...moments.values()].filter((same) => same).length;
  const text = `equal to a fresh snapshot at ${equal} of ${moments.size} moments`;
  return equal >= moments.size * LEAST_EQUAL ? passed(text) : failed(text);
}

/** A venue's time where it tells one: a number may count on each socket by itself. */
const momentOf = ({ venueTimeMs, sequence }: Book): number => (Number.isNaN(venueTimeMs) ? sequence : venueTimeMs);

function sameLevels(a: Book, b: Book): boolean {
  for (const side of [BID, ASK] as const) {
    const levels = Math.min(COMPARED_LEVELS, a.depth(side), b.depth(side));
    if (levels === 0) return false;
    for (let index = 0; index < levels; index += 1) {
      if (a.price(side, index) !== b.price(side, index) || a.size(side, index) !== b.size(side, index)) return false;
    }
  }
  return true;
}

/** A lost delta is noticed and its book rebuilt; on real venues, where none can be lost on purpose, numbers must follow. */
export async function sequenceCheck(subject: Subject, watch: FeedWatch): Promise<CheckResult> {
  const { provoke, clock, protocol } = subject;
  if (provoke !== null) return timed(clock, () => provokedCheck(subject, watch, 'gap', GAP_FAULTS));
  if (watch.sequenceSteps === 0) {
    return CHECKSUM_FEEDS.includes(protocol.feed)
      ? unsupported('the venue numbers nothing; its checksum tells what is missing')
      : { status: 'FAIL', ms: null, detail: 'no number grew' };
  }
  const gaps = watch.faultCount('gap');
  const text = `numbers grew ${watch.sequenceSteps} times, ${gaps} gaps`;
  return { status: gaps === 0 && watch.sequenceFalls === 0 ? 'PASS' : 'FAIL', ms: null, detail: text };
}

/** Checksums are computed over the book and compared. */
export async function checksumCheck(subject: Subject, watch: FeedWatch, tap: TapTransport): Promise<CheckResult> {
  const { provoke, clock, protocol } = subject;
  if (!CHECKSUM_FEEDS.includes(protocol.feed)) return unsupported('the venue sends none');
  if (provoke !== null) return timed(clock, () => provokedCheck(subject, watch, 'bad-checksum', ['checksum']));
  if (tap.checksums === 0) return unsupported('the venue sends 0, which stands for none');
  const wrong = watch.faultCount('checksum');
  const detail = `${tap.checksums} frames with a checksum, ${wrong} did not fit`;
  return { status: wrong === 0 ? 'PASS' : 'FAIL', ms: null, detail };
}

/** Something goes wrong on purpose: it must be seen, the book must be invalid at once, and whole again soon. */
async function provokedCheck(
  subject: Subject,
  watch: FeedWatch,
  fault: FaultName,
  seenAs: readonly ('gap' | 'checksum')[],
): Promise<Found> {
  const { clock, times, provoke } = subject;
  const faultsBefore = watch.faultCount(...seenAs);
  const invalidBefore = watch.invalidations;
  const misfit = provoke?.(fault, true) ?? null;
  if (misfit !== null) return failed(misfit);
  const seen = () => watch.faultCount(...seenAs) > faultsBefore;
  // Where only a checksum of the best levels tells, a loss far below them changes nothing that it covers.
  const provocations = watch.sequenceSteps === 0 ? PROVOCATIONS_WITHOUT_NUMBERS : 1;
  let noticed = await until(subject, seen, times.patienceMs / provocations);
  for (let again = 1; !noticed && again < provocations; again += 1) {
    provoke?.(fault, true);
    noticed = await until(subject, seen, times.patienceMs / provocations);
  }
  if (!noticed) return failed(`a ${fault} was not noticed`);
  const seenMs = clock.monoMs();
  if (watch.invalidations === invalidBefore) return failed(`a ${fault} left its book valid`);
  if (!(await until(subject, () => watch.whole, times.recoveryMs))) {
    return failed(`not every book was whole again within ${times.recoveryMs / 1000} s`);
  }
  const tookMs = clock.monoMs() - seenMs;
  return passed(`a provoked ${fault} was noticed, the book rebuilt in ${Math.round(tookMs)} ms`, tookMs);
}

/** At least one trade. */
export async function tradesCheck(subject: Subject, watch: FeedWatch): Promise<Found> {
  const came = await until(subject, () => watch.trades > 0, subject.times.patienceMs);
  return came ? passed(`${watch.trades} trades`) : failed(`no trade in ${subject.times.patienceMs / 1000} s`);
}

const NEEDED = [
  ['rate', FUNDING_RATE],
  ['interval', FUNDING_INTERVAL_MS],
  ['next settlement', NEXT_SETTLEMENT_MS],
  ['mark', MARK_PRICE],
  ['index', INDEX_PRICE],
] as const;

/** MD-7: everything a carry needs to know of one perpetual, and its past settlements. */
export async function fundingCheck(subject: Subject, watch: FeedWatch, { id, funding }: Listing): Promise<CheckResult> {
  if (productOf(subject.protocol.feed) === 'spot') return unsupported('spot pays no funding');
  const value = (at: number) => watch.reference(id)?.[at] ?? Number.NaN;
  // Where funding accrues continuously nothing is waited for.
  const needed = NEEDED.filter(([, at]) => at !== NEXT_SETTLEMENT_MS || funding?.accrual !== 'continuous');
  const missing = () => [
    ...needed.filter(([, at]) => Number.isNaN(value(at))).map(([name]) => name),
    ...(watch.settled(id) === 0 ? ['history'] : []),
  ];
  return timed(subject.clock, async () => {
    if (!(await until(subject, () => missing().length === 0, subject.times.patienceMs))) {
      return failed(`not known within ${subject.times.patienceMs / 1000} s: ${missing().join(', ')}`);
    }
    const hours = value(FUNDING_INTERVAL_MS) / HOUR_MS;
    const rateBps = (value(FUNDING_RATE) * 10_000).toFixed(3);
    return passed(`${rateBps} bps every ${hours} h, mark and index known, ${watch.settled(id)} settlements`);
  });
}

/** Our sockets break: every book is invalid at once, and whole again within bounds. */
export async function reconnectCheck(subject: Subject, watch: FeedWatch, tap: TapTransport): Promise<Found> {
  const { times, clock } = subject;
  const sockets = tap.sockets;
  tap.dropSockets();
  if (!(await until(subject, () => watch.booksValid === 0, times.recoveryMs))) {
    return failed('books stayed valid without a connection');
  }
  const startedMs = clock.monoMs();
  if (!(await until(subject, () => watch.whole, times.recoveryMs))) {
    return failed(`not every book was whole again within ${times.recoveryMs / 1000} s: ${watch.reason}`);
  }
  const tookMs = clock.monoMs() - startedMs;
  return passed(`${sockets} sockets broken, every book whole again in ${Math.round(tookMs)} ms`, tookMs);
}
