import type { Capabilities } from '#shared/domain/capabilities';
import { feedName } from '#shared/domain/ids';
import type { OrderIntent } from '#shared/domain/order';
import { type Found, failed } from '../outcome.ts';
import type { Desk } from './desk.ts';

/** Where the venue documents what a capability says. */
export const sourceOf = ({ sources }: Capabilities, name: string): string =>
  sources[name] ?? sources.orderKinds ?? 'no source';

/** NOT SUPPORTED for a reason of the declared capabilities, with the venue's own page. */
export function lacking(desk: Desk, name: string, what: string): Found {
  const detail = `${feedName(desk.subject.orders.feed)} ${what}: ${sourceOf(desk.can, name)}`;
  return { status: 'NOT SUPPORTED', detail };
}

/** {@link lacking}, once it is shown that an order which relies on it is refused here and does not leave. */
export async function refusedAsLacking(desk: Desk, name: string, what: string, order: OrderIntent): Promise<Found> {
  const { code, left } = await desk.refusal(order);
  if (left > 0) return failed(`an order that the venue cannot express left all the same (${code})`);
  if (code !== 'UNSUPPORTED_ORDER') return failed(`not refused as unsupported but: ${code}`);
  return lacking(desk, name, what);
}

/** Only practice venues can be made to show it. */
export const onlyProvoked = (why: string): Found => ({ status: 'NOT SUPPORTED', detail: why });
export const NOT_PROVOKED = 'only practice venues are provoked into it';
