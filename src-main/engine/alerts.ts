import type { FeedId, ListingId } from '#shared/domain/ids';
import type { FundingListener } from './market/funding/funding.ts';
import type { EngineObserver } from './observer.ts';
import type { QuarantineRow } from './plan/quarantine.ts';

const FUNDING_HISTORY = 'funding-history';
/** Most listings an alert names. */
const NAMED = 5;

/** ID-6: a person has to look at a pair that is set aside, or has done so. */
export function tellPair(observer: EngineObserver, { pair, reason, lifted }: QuarantineRow): void {
  const key = `pair:${pair}`;
  if (lifted) observer.alarmCleared(key);
  else observer.alert(key, `${pair.replace('~', ' and ')} are set aside until a person confirms the pair: ${reason}`);
}

/** MD-7: what a person should know of funding. */
export function fundingAlerts(observer: EngineObserver): FundingListener {
  return {
    intervalChanged: (listing, fromMs, toMs) => observer.intervalChanged(listing, fromMs, toMs),
    intervalsMissing: (feed, listings) => tellMissingIntervals(observer, feed, listings),
    historyFailed: (message) =>
      message === null
        ? observer.alarmCleared(FUNDING_HISTORY)
        : observer.alert(FUNDING_HISTORY, `${message} Settled funding is kept in memory only until then.`),
  };
}

function tellMissingIntervals(observer: EngineObserver, feed: FeedId, listings: readonly ListingId[]): void {
  const key = `funding-intervals:${feed}`;
  if (listings.length === 0) {
    observer.alarmCleared(key);
    return;
  }
  const which = listings.length > NAMED ? `${listings.length} perpetuals` : listings.join(', ');
  observer.alert(key, `${feed} tells funding rates without an interval: ${which}. Those rates are not used.`);
}
