import type { Runtime, Status } from '#shared/contract/rows';
import type { Deal, DealState } from '#shared/domain/deal';
import { feedOfListing, instrumentOfListing, type ListingId, VENUE_NAMES, venueOf } from '#shared/domain/ids';
import type { StaleCause } from '#shared/domain/market';
import type { OrderKind, OrderPurpose, OrderState } from '#shared/domain/order';
import type { PlanLeg, RescueStep, Verdict } from '#shared/domain/plan';
import { REJECT_SENTENCES } from '#shared/domain/reject';
import type { AutoState, BreakerCause, KillLevel } from '#shared/domain/safety';

/** `Kraken BTC-USD`. */
export const listingName = (id: ListingId): string =>
  `${VENUE_NAMES[venueOf(feedOfListing(id))]} ${instrumentOfListing(id)}`;

export const STALE_WORDS: Readonly<Record<StaleCause, string>> = {
  'no-snapshot': 'no book yet',
  'invalid-book': 'book invalid',
  disconnected: 'disconnected',
  'not-heard': 'not heard',
  'feed-lag': 'feed lags',
  'too-quiet': 'too quiet',
  'one-sided': 'one-sided',
};

export const AUTO_WORDS: Readonly<Record<AutoState, string>> = {
  running: 'running',
  paused: 'paused',
  stopped: 'stopped',
};

export const KILL_LEVELS: readonly { level: KillLevel; name: string; means: string }[] = [
  {
    level: 'stop-entries',
    name: 'Stop entries',
    means: 'No new deal is entered. Open deals go on: they hedge, unwind and close.',
  },
  {
    level: 'cancel-orders',
    name: 'Stop and cancel orders',
    means: 'Also cancels every order that adds risk. Hedges and protective orders stay until their deal is closed.',
  },
  {
    level: 'flatten',
    name: 'Stop, cancel and flatten',
    means: 'Also takes every open deal back to its allocation, at bounded prices. This may cost money.',
  },
];
export const killLevelName = (level: KillLevel): string =>
  KILL_LEVELS.find((row) => row.level === level)?.name ?? level;

export const DEAL_STATE_WORDS: Readonly<Record<DealState, string>> = {
  entering: 'entering',
  hedging: 'hedging',
  unwinding: 'unwinding',
  holding: 'holding',
  frozen: 'frozen',
  closed: 'closed',
};
export const OUTCOME_WORDS: Readonly<Record<Deal['outcome'], string>> = {
  completed: 'completed',
  unwound: 'unwound',
  'no-fill': 'no fill',
  open: 'open',
};

export const ORDER_STATE_WORDS: Readonly<Record<OrderState, string>> = {
  pending: 'pending',
  accepted: 'resting',
  partial: 'part filled',
  filled: 'filled',
  cancelled: 'cancelled',
  rejected: 'rejected',
  expired: 'expired',
  quarantined: 'set aside',
};
export const ORDER_KIND_WORDS: Readonly<Record<OrderKind, string>> = {
  'post-only': 'post-only',
  ioc: 'IOC',
  limit: 'limit',
  fok: 'FOK',
  'stop-loss': 'stop loss',
  'take-profit': 'take profit',
  oco: 'OCO',
};
export const PURPOSE_WORDS: Readonly<Record<OrderPurpose, string>> = {
  entry: 'entry',
  hedge: 'hedge',
  unwind: 'unwind',
  flatten: 'flatten',
};

export const RESCUE_WORDS: Readonly<Record<RescueStep['action'], string>> = {
  'retry-hedge': 'Retry the hedge',
  'hedge-elsewhere': 'Hedge on another venue',
  unwind: 'Unwind the filled leg',
  'unwind-wide': 'Unwind with the wider bound',
  hold: 'Hold, alarm, retry on each health change',
};

export const BREAKER_CAUSE_WORDS: Readonly<Record<BreakerCause, string>> = {
  'api-failures': 'API failures',
  'stale-ratio': 'too many stale quotes',
  'slippage-streak': 'slippage over its limit',
  'unresolved-ack': 'an order unanswered',
  'reject-streak': 'orders rejected',
  'clock-skew': 'clock skew',
  'exposure-budget': 'unhedged exposure over its budget',
  'order-rate': 'order rate',
  turnover: 'turnover',
  'empty-safe-set': 'no safe venue left',
};

export const FAILOVER_WORDS: Readonly<Record<Status['failover'], string>> = {
  normal: 'normal',
  degraded: 'degraded',
  'failover-active': 'failover active',
  halted: 'halted',
};

/** One sentence for a verdict: the plan, or the reason with its readings. */
export function verdictSentence(verdict: Verdict): string {
  if (verdict.kind === 'plan') return 'Every check passed.';
  const sentence = REJECT_SENTENCES[verdict.reason];
  return verdict.detail === '' || verdict.detail === sentence ? sentence : `${sentence} ${verdict.detail}`;
}

/** Deals that work as planned are quiet; rescue is amber; doubt and hold are bright (UI-4). */
export function dealTone(state: DealState): 'quiet' | 'good' | 'warn' | 'bad' {
  if (state === 'closed') return 'quiet';
  if (state === 'unwinding') return 'warn';
  return state === 'holding' || state === 'frozen' ? 'bad' : 'good';
}

type ProfileState = Runtime['profiles'][number]['state'];
export const PROFILE_STATE_WORDS: Readonly<Record<ProfileState, string>> = {
  running: 'running',
  stopped: 'stopped',
  'backing-off': 'backing off',
  'daily-stop': 'stopped for today',
};
export const profileTone = (state: ProfileState): 'quiet' | 'good' | 'warn' =>
  state === 'running' ? 'good' : state === 'stopped' ? 'quiet' : 'warn';

/** One word for a verdict: `planned`, or the reason's code. */
export const verdictWord = (verdict: Verdict): string => (verdict.kind === 'plan' ? 'planned' : verdict.reason);

/** `Binance → Kraken`: where it is bought, where it is sold. */
export function routeName(legs: readonly Pick<PlanLeg, 'venue' | 'side'>[]): string {
  const venues = (side: PlanLeg['side']) =>
    legs
      .filter((leg) => leg.side === side)
      .map((leg) => VENUE_NAMES[leg.venue])
      .join(', ');
  return `${venues('buy')} › ${venues('sell')}`;
}
