import type { BrokerState } from '#engine/ports';
import type { OrderPurpose } from '#shared/domain/order';
import type { Refusal } from './order-check.ts';

/**
 * Why nothing new may be sent as things stand; `null` when it may. What reduces risk goes on while the stream is away or
 * the clocks differ: it can be asked for, and the venue says so if its clock refuses it (MD-6).
 */
export function unreadyFor(
  purpose: OrderPurpose,
  state: BrokerState,
  {
    clocksAgree,
    unsettled,
    closed,
  }: { readonly clocksAgree: boolean; readonly unsettled: string | null; readonly closed: string | null },
): Refusal | null {
  switch (state.kind) {
    case 'off':
      return { code: 'NOT_STARTED', message: 'the account is not running' };
    case 'blocked':
      return { code: 'ACCOUNT_BLOCKED', message: state.reason };
    case 'connecting':
      return { code: 'NOT_READY', message: 'the account is still being read' };
    case 'ready':
      if (purpose !== 'entry') return null;
      if (closed !== null) return { code: 'CLOSED_TO_ENTRIES', message: closed };
      if (unsettled !== null) return { code: 'READ_BY_PERSON', message: unsettled };
      if (state.stream !== 'live') return { code: 'STREAM_LOST', message: 'executions could not be heard of' };
      return clocksAgree ? null : { code: 'CLOCK_SKEW', message: 'the clocks differ by more than the venue takes' };
  }
}
