import type { VenueFailure } from '#engine/ports';
import type { KeyFinding } from '#shared/domain/account';
import type { AdapterContext, Answer } from '../../orders/adapter.ts';
import { ask } from '../../orders/ask.ts';
import { failed, passed, unproven } from '../../orders/findings.ts';
import { read } from './calls.ts';
import { readCdpKey } from './cdp-key.ts';
import { permissionsSchema } from './messages.ts';

/** The tokens carry the venue's own time, so a difference does no harm until the venue itself cannot be read. */
const SKEW_MOST_MS = 60_000;

const MAKE_NEW = 'Make a key on portal.cdp.coinbase.com with the signature algorithm ECDSA, view and trade allowed.';

export interface Permissions {
  readonly can_view: boolean;
  readonly can_trade: boolean;
  readonly can_transfer: boolean;
  readonly portfolio_type: string;
}

/** https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/data-api/get-api-key-permissions */
export const askPermissions = (
  { caller }: Pick<AdapterContext, 'caller'>,
  method = 'v3PrivateGetBrokerageKeyPermissions',
): Promise<Answer<Permissions>> => ask(caller, read('key-permissions', method, {}), permissionsSchema);

/** AC-1 of a CDP key, whatever is traded with it. `permissions`: what the venue said, `null` when it was not asked. */
export function cdpFindings(
  context: Pick<AdapterContext, 'credentials' | 'skewMs'>,
  permissions: Answer<Permissions> | null,
): readonly KeyFinding[] {
  const key = readCdpKey(context.credentials);
  if (!key.ok) return [failed('signature', key.error, MAKE_NEW)];
  const clock = clockFinding(context.skewMs());
  if (permissions === null) return [clock];
  if (!permissions.ok) return [...refused(permissions.error), clock];
  const { can_view, can_trade, can_transfer } = permissions.value;
  return [
    passed('signature', 'Coinbase accepts the key'),
    passed('environment', 'Coinbase itself: Advanced Trade has no test network that takes orders'),
    passed('region', 'Coinbase has one host for all regions'),
    passed('ip', 'calls from this address are accepted'),
    clock,
    can_view ? passed('read', 'view is allowed') : failed('read', 'the key may not view', 'Allow view for this key.'),
    can_trade
      ? passed('trade', 'trade is allowed')
      : failed('trade', 'the key may not trade', 'Allow trade for this key.'),
    can_transfer
      ? failed(
          'withdrawal',
          'the key can move money (transfer is allowed)',
          'Make a key without transfer and use that one.',
        )
      : passed('withdrawal', 'the key cannot move money'),
  ];
}

function clockFinding(skewMs: number): KeyFinding {
  const seconds = Math.round(skewMs / 1000);
  if (Math.abs(skewMs) <= SKEW_MOST_MS) return passed('clock', `the clocks differ by ${seconds} s`);
  return failed('clock', `the clocks differ by ${seconds} s`, 'Set the clock of this computer.');
}

/** Coinbase answers every bad token with a bare 401: what could be meant is said, what is not known stays unknown. */
function refused({ kind, code, message }: VenueFailure): readonly KeyFinding[] {
  if (kind === 'authentication' && code === 'UNAUTHORIZED') {
    return [
      failed(
        'signature',
        'Coinbase refuses the key and does not say why: it is unknown, deleted, or not the one the private key belongs to',
        `Compare name and private key with the portal. ${MAKE_NEW}`,
      ),
      unproven(
        'ip',
        'an address that is not on the key’s list is refused in the same words',
        'Look at the key’s IP allowlist on portal.cdp.coinbase.com.',
      ),
    ];
  }
  if (kind === 'authentication') return [failed('read', message, 'Allow view and trade for this key.')];
  return [unproven('signature', `Coinbase could not be asked: ${message}`, 'Try again when Coinbase answers.')];
}

/** AC-1, AC-2 of spot: there is nothing to borrow, no leverage and no position mode. */
export async function spotFindings(context: AdapterContext): Promise<readonly KeyFinding[]> {
  const readable = readCdpKey(context.credentials).ok;
  const permissions = readable ? await askPermissions(context) : null;
  const findings = cdpFindings(context, permissions);
  if (permissions === null || !permissions.ok) return findings;
  const { portfolio_type } = permissions.value;
  return [
    ...findings,
    portfolio_type === 'DEFAULT' || portfolio_type === 'CONSUMER'
      ? passed('account', `the key belongs to a portfolio of type ${portfolio_type}`)
      : failed(
          'account',
          `the key belongs to a portfolio of type ${portfolio_type}, which does not trade spot here`,
          'Make a key for the portfolio that holds the coins.',
        ),
    passed('self-trade', 'Coinbase never fills two orders of one user against each other'),
  ];
}
