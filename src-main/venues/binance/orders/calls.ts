import type { VenueFailure } from '#engine/ports';
import type { SignedCall } from '../../orders/adapter.ts';

const ORDER_MS = 5_000;
const READ_MS = 8_000;

type Params = Readonly<Record<string, string | number>>;

/** A question: repeated while it gets no answer. */
export const read = (endpoint: string, method: string, params: Params, weight: number): SignedCall => ({
  endpoint,
  method,
  params,
  urgency: 'read',
  weight,
  timeoutMs: READ_MS,
  kind: 'read',
});

/** A cancel, or whatever else does no more when it is done twice. */
export const cancelling = (endpoint: string, method: string, params: Params, weight = 1): SignedCall => ({
  endpoint,
  method,
  params,
  urgency: 'cancel',
  weight,
  timeoutMs: ORDER_MS,
  kind: 'cancel',
});

/** A create: sent once; its receive window ends with its deadline (EX-4). */
export const creating = (
  endpoint: string,
  method: string,
  params: Params,
  terms: Pick<SignedCall, 'urgency'> & { readonly createBeforeMs: number },
): SignedCall => ({ endpoint, method, params, weight: 1, timeoutMs: ORDER_MS, kind: 'create', ...terms });

/** "Order does not exist." */
export const isMissing = ({ kind, code }: VenueFailure): boolean => kind === 'rejected' && code === '-2013';
/** "Unknown order sent.": there is none that could still be cancelled. Other words under the code say something else. */
export const isGone = ({ kind, code, message }: VenueFailure): boolean =>
  kind === 'rejected' && code === '-2011' && /^(unknown order|CANCEL_REJECTED$)/i.test(message);
