import type { CertificationCheck, CheckResult } from '#shared/domain/certification';
import { PUBLIC_CHECKS } from '#shared/domain/certification';
import { FeedWatch } from './feed-watch.ts';
import { type Found, failed, timed, unsupported, untried } from './outcome.ts';
import {
  candlesCheck,
  catalogueCheck,
  rateLimitCheck,
  restClient,
  serverTimeCheck,
  tickerCheck,
} from './rest-checks.ts';
import {
  bookSnapshotCheck,
  bookStreamCheck,
  checksumCheck,
  fundingCheck,
  reconnectCheck,
  sequenceCheck,
  tradesCheck,
} from './stream-checks.ts';
import type { Subject } from './subject.ts';
import { TapTransport } from './tap-transport.ts';

export type FeedResults = Readonly<Partial<Record<CertificationCheck, CheckResult>>>;

/** Puts one feed through every check that needs no key; `done` hears of each as it ends. Never throws. */
export async function certifyFeed(
  subject: Subject,
  done: (check: CertificationCheck, result: CheckResult) => void,
): Promise<FeedResults> {
  const { clock, transport, cancelled, provoke } = subject;
  const results: Partial<Record<CertificationCheck, CheckResult>> = {};
  const keep = (check: CertificationCheck, result: CheckResult): CheckResult['status'] => {
    results[check] = result;
    done(check, result);
    return result.status;
  };
  /** What is left when a check failed that the others rest on. */
  const giveUp = (why: string): FeedResults => {
    for (const check of PUBLIC_CHECKS) if (results[check] === undefined) keep(check, untried(why));
    return results;
  };

  const rest = restClient(subject, transport, 'rest');
  const startedMs = clock.monoMs();
  const { found, entry } = await catalogueCheck(subject, rest).catch((error: unknown) => ({
    found: failed(error instanceof Error ? error.message : String(error)),
    entry: null,
  }));
  keep('catalogue', await timed(clock, async () => ({ ...found, ms: clock.monoMs() - startedMs })));
  if (cancelled()) return giveUp('cancelled');
  keep('server-time', await timed(clock, () => serverTimeCheck(subject, rest)));
  if (entry === null) return giveUp('the catalogue could not be read');
  const { symbol } = entry.listing;
  keep('ticker', await timed(clock, () => tickerCheck(subject, rest, symbol)));
  keep('candles', await timed(clock, () => candlesCheck(subject, rest, symbol)));
  if (cancelled()) return giveUp('cancelled');

  const tap = new TapTransport(transport);
  const watch = new FeedWatch(subject, { transport: tap, bases: subject.bases, name: 'watch' });
  const sound = async (check: Promise<Found>): Promise<Found> => {
    const found = await check;
    return tap.defect === null ? found : failed(tap.defect);
  };
  watch.start();
  try {
    if (keep('book-snapshot', await timed(clock, () => sound(bookSnapshotCheck(subject, watch)))) === 'FAIL') {
      return giveUp('there are no whole books');
    }
    keep('book-stream', await timed(clock, () => sound(bookStreamCheck(subject, watch, tap))));
    if (cancelled()) return giveUp('cancelled');
    keep('sequence', await sequenceCheck(subject, watch));
    keep('checksum', await checksumCheck(subject, watch, tap));
    keep('trades', await timed(clock, () => tradesCheck(subject, watch)));
    keep('funding', await fundingCheck(subject, watch, entry.listing));
    if (cancelled()) return giveUp('cancelled');
    keep('reconnect', await timed(clock, () => reconnectCheck(subject, watch, tap)));
  } finally {
    await watch.stop();
  }
  if (cancelled()) return giveUp('cancelled');
  if (provoke === null) keep('rate-limit', unsupported('only practice venues are provoked into it'));
  else keep('rate-limit', await timed(clock, () => rateLimitCheck(subject, transport, symbol)));
  return results;
}
