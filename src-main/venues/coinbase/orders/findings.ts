import type { VenueFailure } from '#engine/ports';
import type { KeyFinding } from '#shared/domain/account';
import type { AdapterContext, Answer } from '../../orders/adapter.ts';
import { ask, read } from './calls.ts';
import { readCdpKey } from './cdp-key.ts';
import { permissionsSchema } from './messages.ts';

/** The tokens carry the venue's own time, so a difference does no harm until the venue itself cannot be read. */
const SKEW_MOST_MS = 60_000;

const pass = (check: KeyFinding['check'], cause: string): KeyFinding => ({ check, status: 'pass', cause, remedy: '' });
const fail = (check: KeyFinding['check'], cause: string, remedy: string): KeyFinding => ({
  check,
  status: 'fail',
  cause,
  remedy,
});
const unknown = (check: KeyFinding['check'], cause: string, remedy: string): KeyFinding => ({
  check,
  status: 'unknown',
  cause,
  remedy,
});

const MAKE_NEW = 'Make a key on portal.cdp.coinbase.com with the signature algorithm ECDSA, view and trade allowed.';

export interface Permissions {
  readonly can_view: boolean;
  readonly can_trade: boolean;
  readonly can_transfer: boolean;
  readonly portfolio_type: string;
}

/** https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/data-api/get-api-key-permissions */
export const askPermissions = ({ caller }: Pick<AdapterContext, 'caller'>): Promise<Answer<Permissions>> =>
  ask(caller, read('key-permissions', 'v3PrivateGetBrokerageKeyPermissions', {}), permissionsSchema);

/** AC-1 of a CDP key, whatever is traded with it. `permissions`: what the venue said, `null` when it was not asked. */
export function cdpFindings(
  context: Pick<AdapterContext, 'credentials' | 'skewMs'>,
  permissions: Answer<Permissions> | null,
): readonly KeyFinding[] {
  const key = readCdpKey(context.credentials);
  if (!key.ok) return [fail('signature', key.error, MAKE_NEW)];
  const clock = clockFinding(context.skewMs());
  if (permissions === null) return [clock];
  if (!permissions.ok) return [...refused(permissions.error), clock];
  const { can_view, can_trade, can_transfer } = permissions.value;
  return [
    pass('signature', 'Coinbase accepts the key'),
    pass('environment', 'Coinbase itself: Advanced Trade has no test network that takes orders'),
    pass('region', 'Coinbase has one host for all regions'),
    pass('ip', 'calls from this address are accepted'),
    clock,
    can_view ? pass('read', 'view is allowed') : fail('read', 'the key may not view', 'Allow view for this key.'),
    can_trade ? pass('trade', 'trade is allowed') : fail('trade', 'the key may not trade', 'Allow trade for this key.'),
    can_transfer
      ? fail(
          'withdrawal',
          'the key can move money (transfer is allowed)',
          'Make a key without transfer and use that one.',
        )
      : pass('withdrawal', 'the key cannot move money'),
  ];
}

function clockFinding(skewMs: number): KeyFinding {
  const seconds = Math.round(skewMs / 1000);
  if (Math.abs(skewMs) <= SKEW_MOST_MS) return pass('clock', `the clocks differ by ${seconds} s`);
  return fail('clock', `the clocks differ by ${seconds} s`, 'Set the clock of this computer.');
}

/** Coinbase answers every bad token with a bare 401: what could be meant is said, what is not known stays unknown. */
function refused({ kind, code, message }: VenueFailure): readonly KeyFinding[] {
  if (kind === 'authentication' && code === 'UNAUTHORIZED') {
    return [
      fail(
        'signature',
        'Coinbase refuses the key and does not say why: it is unknown, deleted, or not the one the private key belongs to',
        `Compare name and private key with the portal. ${MAKE_NEW}`,
      ),
      unknown(
        'ip',
        'an address that is not on the key’s list is refused in the same words',
        'Look at the key’s IP allowlist on portal.cdp.coinbase.com.',
      ),
    ];
  }
  if (kind === 'authentication') return [fail('read', message, 'Allow view and trade for this key.')];
  return [unknown('signature', `Coinbase could not be asked: ${message}`, 'Try again when Coinbase answers.')];
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
      ? pass('account', `the key belongs to a portfolio of type ${portfolio_type}`)
      : fail(
          'account',
          `the key belongs to a portfolio of type ${portfolio_type}, which does not trade spot here`,
          'Make a key for the portfolio that holds the coins.',
        ),
    pass('self-trade', 'Coinbase never fills two orders of one user against each other'),
  ];
}
