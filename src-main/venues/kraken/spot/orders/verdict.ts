import type { FailureKind } from '#engine/ports';
import { isObject } from '../../../kit/json.ts';
import type { Verdict } from '../../../orders/adapter.ts';

/**
 * Words with which Kraken says that an order was not made: nothing was done. What follows them after a colon says more of
 * it. https://docs.kraken.com/exchange/guides/general/errors
 */
const REFUSED: readonly string[] = [
  'EGeneral:Invalid arguments',
  'EGeneral:Unknown method',
  'EQuery:Unknown asset pair',
  'EQuery:Invalid asset pair',
  'EQuery:Unknown asset',
  'EOrder:Cannot open position',
  'EOrder:Cannot open opposing position',
  'EOrder:Cost minimum not met',
  'EOrder:Insufficient funds',
  'EOrder:Insufficient margin',
  'EOrder:Invalid order',
  'EOrder:Invalid price',
  'EOrder:Margin allowance exceeded',
  'EOrder:Margin level too low',
  'EOrder:Margin position size exceeded',
  'EOrder:Order minimum not met',
  'EOrder:Orders limit exceeded',
  'EOrder:Positions limit exceeded',
  'EOrder:Post only order',
  'EOrder:Reduce only',
  'EOrder:Scheduled orders limit exceeded',
  'EOrder:Tick size check failed',
  'EOrder:Trading agreement required',
  'EOrder:Unknown order',
  'EOrder:Unknown position',
  'EService:Deadline elapsed',
  'EService:Market in cancel_only mode',
  'EService:Market in limit_only mode',
  'EService:Market in post_only mode',
  'ETrade:Invalid request',
  'EBM:limit exceeded',
];
const RATE_LIMITED: readonly string[] = [
  'EAPI:Rate limit exceeded',
  'EAuth:Rate limit exceeded',
  'EAuth:Too many requests',
  'EGeneral:Too many requests',
  'EOrder:Domain rate limit exceeded',
  'EOrder:Rate limit exceeded',
];
const UNFIT: readonly string[] = [
  'EAPI:Invalid key',
  'EAPI:Invalid signature',
  'EGeneral:Permission denied',
  'EAccount:Invalid permissions',
  'EAuth:Account temporary disabled',
  'EAuth:Account unconfirmed',
  'ESession:Invalid session',
  'ETrade:User Locked',
];
/** Not known to have done nothing: a create that meets one is in doubt. */
const AWAY: readonly string[] = ['EService:Unavailable', 'EService:Busy'];
/** The counter falls by one in three seconds at the slowest. */
const COUNTER_MS = 5_000;
/** "Too many sequential EAPI:Invalid key errors": about a quarter of an hour. */
const LOCKOUT_MS = 15 * 60_000;
const BAN_MS = 60_000;

type Judged = Exclude<ReturnType<Verdict>, null>;

const judged = (kind: FailureKind, code: string, message: string, retryAfterMs: number | null = null): Judged => ({
  kind,
  code,
  message,
  retryAfterMs,
});

/** Sorts what Kraken's spot REST answers: errors come with HTTP 200. Warnings (`W…`) are no errors. */
export const krakenSpotVerdict: Verdict = ({ status, body, text, call }) => {
  const isCreate = call.kind === 'create';
  const errors = isObject(body) && Array.isArray(body.error) ? body.error : null;
  const told = errors?.filter((one): one is string => typeof one === 'string' && !one.startsWith('W')) ?? [];
  const [first] = told;
  if (first !== undefined) return ofWord(first, told.join(', ').slice(0, 200), isCreate);
  const words = text.trim().slice(0, 160);
  // The front door turns the address away for a while; the venue itself says nothing.
  if (status === 403) return judged(isCreate ? 'in-doubt' : 'rate-limit', 'HTTP_403', words, BAN_MS);
  if (status === 429) return judged(isCreate ? 'in-doubt' : 'rate-limit', 'HTTP_429', words, COUNTER_MS);
  if (status >= 500) return judged(isCreate ? 'in-doubt' : 'transient', `HTTP_${status}`, words);
  if (status !== 200) return judged('in-doubt', `HTTP_${status}`, words);
  if (errors === null) return judged('in-doubt', 'UNREADABLE', words);
  return null;
};

function ofWord(word: string, message: string, isCreate: boolean): Judged {
  const isOneOf = (words: readonly string[]): boolean =>
    words.some((known) => word === known || word.startsWith(`${known}:`) || word.startsWith(`${known} `));
  // Said before anything was looked at, a create too. The next nonce is higher.
  if (word === 'EAPI:Invalid nonce') {
    return { ...judged(isCreate ? 'rejected' : 'transient', word, message), unseen: true };
  }
  if (word.startsWith('EGeneral:Temporary lockout')) return judged('rate-limit', word, message, LOCKOUT_MS);
  // The counter of questions and the trading engine's are two: cancels go on while there were too many questions.
  if (isOneOf(RATE_LIMITED)) return { ...judged('rate-limit', word, message, COUNTER_MS), ownKindOnly: true };
  if (isOneOf(UNFIT)) return judged('authentication', word, message);
  if (isOneOf(AWAY)) return judged(isCreate ? 'in-doubt' : 'maintenance', word, message);
  // A client id that is refused may be one that the venue has already.
  const isRefused = isOneOf(REFUSED) && !word.includes('cl_ord_id');
  return judged(isRefused ? 'rejected' : 'in-doubt', word, message);
}
