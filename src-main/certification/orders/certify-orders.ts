import { type CheckResult, PRIVATE_CHECKS, type PrivateCheck } from '#shared/domain/certification';
import type { FeedResults } from '../certify-feed.ts';
import { type Found, timed, untried } from '../outcome.ts';
import { authenticationCheck, permissionsCheck } from './account-checks.ts';
import { cancelLeft, closedOutCheck } from './closing.ts';
import { deadManCheck, privateDisconnectCheck, privateStreamCheck } from './connection-checks.ts';
import { Desk } from './desk.ts';
import { fillsCheck, orderRateLimitCheck, partialFillCheck, transientFaultCheck } from './execution-checks.ts';
import {
  cancelCheck,
  clientIdCheck,
  iocCheck,
  marketPathCheck,
  postOnlyCheck,
  precisionCheck,
  reduceOnlyCheck,
  residentStopCheck,
} from './order-checks.ts';
import { planText } from './order-plan.ts';
import type { OrderSubject } from './order-subject.ts';

type OrderCheck = Exclude<PrivateCheck, 'authentication' | 'permissions' | 'closed-out'>;

const CHECKS: Readonly<Record<OrderCheck, (desk: Desk) => Promise<Found>>> = {
  'precision-refusals': precisionCheck,
  'market-path': marketPathCheck,
  'post-only': postOnlyCheck,
  ioc: iocCheck,
  'reduce-only': reduceOnlyCheck,
  'resident-stop': residentStopCheck,
  'client-id-query': clientIdCheck,
  'cancel-idempotent': cancelCheck,
  'partial-fill': partialFillCheck,
  'fills-deduplicated': fillsCheck,
  'dead-man': deadManCheck,
  'private-stream': privateStreamCheck,
  'order-rate-limit': orderRateLimitCheck,
  'transient-fault': transientFaultCheck,
  'private-disconnect': privateDisconnectCheck,
};
/** After a check the account is ready again within this, ms; if not, the next one says so. */
const CALM_WITHIN_MS = 60_000;
const ORDER_CHECKS = Object.keys(CHECKS) as readonly OrderCheck[];

/**
 * Puts the orders of one feed through every check; `done` hears of each as it ends. Whatever happens, also when the person
 * stops it, what was opened is cancelled and closed before this resolves. Never throws.
 */
export async function certifyOrders(
  subject: OrderSubject,
  done: (check: PrivateCheck, result: CheckResult) => void,
): Promise<FeedResults> {
  const { clock, cancelled } = subject;
  const results: Partial<Record<PrivateCheck, CheckResult>> = {};
  const keep = (check: PrivateCheck, result: CheckResult): boolean => {
    results[check] = result;
    done(check, result);
    return result.status !== 'FAIL';
  };
  const desk = new Desk(subject);
  /** Why nothing more is tried; `null` while all is well. */
  let over: string | null = null;
  try {
    if (!keep('authentication', await timed(clock, () => authenticationCheck(desk)))) over = 'the account is not ready';
    else if (!keep('permissions', await timed(clock, () => permissionsCheck(desk)))) {
      over = 'the permissions of the key are in doubt';
    } else if (subject.consent !== null && !(await subject.consent.plan(planText(desk)))) {
      over = 'declined by the person';
    }
    for (const check of ORDER_CHECKS) {
      if (over === null && cancelled()) over = 'cancelled';
      if (over !== null) break;
      keep(check, await timed(clock, () => CHECKS[check](desk)));
      // What a check left lying about, or in doubt, must not be taken for the next one's.
      await cancelLeft(desk);
      await desk.live(CALM_WITHIN_MS);
    }
  } catch (error) {
    over = error instanceof Error ? error.message : String(error);
  }
  const why = over ?? 'cancelled';
  for (const check of PRIVATE_CHECKS) {
    if (results[check] === undefined && check !== 'closed-out') keep(check, untried(why));
  }
  keep('closed-out', await timed(clock, () => closedOutCheck(desk)));
  await desk.stop();
  return results;
}
