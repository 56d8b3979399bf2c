import type { FailureKind } from '#engine/ports';
import { isObject } from '../../../kit/json.ts';
import type { Verdict } from '../../../orders/adapter.ts';
import { HISTORY } from './calls.ts';

/**
 * What `sendStatus` says of an order that was not placed: nothing was done. `clientOrderIdAlreadyExist` is not among them: it
 * says that there is one. https://docs.kraken.com/api-reference/order-management/send-order
 */
const NOT_PLACED: ReadonlySet<string> = new Set([
  'clientOrderIdInvalid',
  'clientOrderIdTooBig',
  'clientOrderIdTooLong',
  'fixedLeverageTooHigh',
  'insufficientAvailableFunds',
  'invalidOrderType',
  'invalidPrice',
  'invalidSide',
  'invalidSize',
  'iocWouldNotExecute',
  'marketInactive',
  'marketIsPostOnly',
  'marketSuspended',
  'maxPositionViolation',
  'outsidePriceCollar',
  'postWouldExecute',
  'selfFill',
  'tooManyOrders',
  'tooManySmallOrders',
  'wouldCauseLiquidation',
  'wouldIncreasePriceDislocation',
  'wouldNotReducePosition',
  'wouldProcessAfterSpecifiedTime',
]);
const PLACED: ReadonlySet<string> = new Set(['placed', 'partiallyFilled', 'filled']);

/** Errors of a call that was looked at and turned down before anything was done. */
const REFUSED: ReadonlySet<string> = new Set([
  'accountInactive',
  'contractNotFound',
  'insufficientFunds',
  'invalidAccount',
  'invalidAmount',
  'invalidArgument',
  'invalidUnit',
  'marketUnavailable',
  'notFound',
  'requiredArgumentMissing',
]);
/** 500 units come back within ten seconds. */
const POOL_MS = 2_000;
/** The history's hundred come back within ten minutes. */
const HISTORY_MS = 10_000;
const BAN_MS = 60_000;

type Judged = Exclude<ReturnType<Verdict>, null>;

const judged = (kind: FailureKind, code: string, message: string, retryAfterMs: number | null = null): Judged => ({
  kind,
  code,
  message,
  retryAfterMs,
});

/** Sorts what Kraken Futures answers: an order that was not placed is a success of the call. */
export const krakenFuturesVerdict: Verdict = ({ status, body, text, call }) => {
  const isCreate = call.kind === 'create';
  const told = isObject(body) ? body : {};
  const words = text.trim().slice(0, 160);
  const error = typeof told.error === 'string' ? told.error : null;
  // The history is counted apart: cancels, hedges and other questions go on while there were too many of it (EX-7).
  const isHistory = HISTORY.some((endpoint) => endpoint === call.endpoint);
  if (isHistory && (error === 'apiLimitExceeded' || (error === null && status === 429))) {
    return { ...judged('rate-limit', error ?? 'HTTP_429', error ?? words, HISTORY_MS), ownEndpoints: HISTORY };
  }
  if (error !== null) return ofError(error, isCreate);
  // The front door turns the address away for a while; the venue itself says nothing.
  if (status === 403) return judged(isCreate ? 'in-doubt' : 'rate-limit', 'HTTP_403', words, BAN_MS);
  if (status === 429) return judged(isCreate ? 'in-doubt' : 'rate-limit', 'HTTP_429', words, POOL_MS);
  if (status >= 500) return judged(isCreate ? 'in-doubt' : 'transient', `HTTP_${status}`, words);
  if (status !== 200) return judged('in-doubt', `HTTP_${status}`, words);
  if (call.endpoint !== 'order-create') return null;
  const sent = isObject(told.sendStatus) ? told.sendStatus.status : undefined;
  if (typeof sent !== 'string')
    return judged('in-doubt', 'UNREADABLE', 'the answer does not say whether it was placed');
  if (PLACED.has(sent)) return null;
  return judged(NOT_PLACED.has(sent) ? 'rejected' : 'in-doubt', sent, sent);
};

function ofError(error: string, isCreate: boolean): Judged {
  if (error === 'authenticationError') return judged('authentication', error, error);
  if (error === 'apiLimitExceeded') return judged('rate-limit', error, error, POOL_MS);
  if (error === 'nonceBelowThreshold' || error === 'nonceDuplicate') {
    return judged(isCreate ? 'rejected' : 'transient', error, error);
  }
  if (error === 'Unavailable') return judged(isCreate ? 'in-doubt' : 'maintenance', error, error);
  return judged(REFUSED.has(error) ? 'rejected' : 'in-doubt', error, error);
}
