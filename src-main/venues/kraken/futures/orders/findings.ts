import type { KeyFinding } from '#shared/domain/account';
import { decimal } from '#shared/money/decimal';
import type { AdapterContext } from '../../../orders/adapter.ts';
import { ask } from '../../../orders/ask.ts';
import { exactJson } from '../../../orders/exact-json.ts';
import { failed, notApplicable, passed, unproven } from '../../../orders/findings.ts';
import { clockFinding } from '../../orders/clock-finding.ts';
import { read } from './calls.ts';
import { accountsSchema, keySchema, preferencesSchema, strategySchema } from './messages.ts';
import { authentOf } from './signature.ts';

const HOST = 'futures.kraken.com';
const CHECK = '/api/auth/v1/api-keys/v3/check';
const CHECK_MS = 10_000;
/** Where its keys are made. */
const PAGE = `${HOST}, Settings, API keys`;
const TRY_AGAIN = 'Try again when Kraken Futures answers.';
/** All of them keep two orders of the account apart; they differ in which of the two goes. */
const STRATEGIES = ['REJECT_TAKER', 'CANCEL_MAKER_SELF', 'CANCEL_MAKER_CHILD', 'CANCEL_MAKER_ANY'];

type Checked =
  | { readonly kind: 'known'; readonly body: unknown }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unclear'; readonly why: string };

/**
 * What the venue says of the key. The call carries no data: its signature opens nothing else.
 * https://docs.kraken.com/api-reference/api-keys/check-v3-api-key
 */
async function check({ credentials, transport }: AdapterContext): Promise<Checked> {
  const { apiKey = '', secret = '' } = credentials;
  const headers = { accept: 'application/json', APIKey: apiKey.trim(), Authent: authentOf(secret, CHECK) };
  try {
    const url = `https://${HOST}${CHECK}`;
    const answer = await transport.request({ method: 'GET', url, headers, body: undefined, timeoutMs: CHECK_MS });
    if (answer.status === 200) return { kind: 'known', body: exactJson(answer.body) };
    return answer.status === 401 ? { kind: 'refused' } : { kind: 'unclear', why: `HTTP ${answer.status}` };
  } catch (error) {
    return { kind: 'unclear', why: error instanceof Error ? error.message : String(error) };
  }
}

/** AC-1, AC-2. Positions of these perpetuals are netted: there is no other mode. */
export async function futuresFindings(context: AdapterContext, mostSkewMs: number): Promise<readonly KeyFinding[]> {
  const clock = clockFinding(context.skewMs(), mostSkewMs);
  const known = await check(context);
  if (known.kind === 'unclear') {
    return [unproven('signature', `Kraken Futures could not be asked: ${known.why}`, TRY_AGAIN), clock];
  }
  if (known.kind === 'refused') return [...REFUSED, clock];
  const key = keySchema.safeParse(known.body);
  if (!key.success)
    return [unproven('signature', 'what Kraken Futures says of the key cannot be read', TRY_AGAIN), clock];
  const { permissions, allowedCidrBlocks } = key.data;
  const settings = permissions.general === 'NO_ACCESS' ? [] : await settingFindings(context);
  return [
    passed('signature', 'Kraken Futures accepts the key'),
    passed('environment', 'Kraken Futures itself: it has no test network'),
    passed('region', 'Kraken Futures has one host for all regions'),
    passed(
      'ip',
      allowedCidrBlocks.length > 0
        ? 'this address is within the key’s ranges'
        : 'calls from this address are accepted; the key has no range',
    ),
    notApplicable('expiry', 'keys of Kraken Futures do not expire'),
    clock,
    permissions.general === 'NO_ACCESS'
      ? failed('read', 'the key has no general access', `Give it full general access on ${PAGE}.`)
      : passed('read', 'the account may be read'),
    permissions.general === 'FULL_ACCESS'
      ? passed('trade', 'orders may be made and cancelled')
      : failed('trade', 'the key may not trade', `Make a key with full general access on ${PAGE}.`),
    // Read access shows transfers; full access makes them.
    permissions.transfer === 'FULL_ACCESS'
      ? failed('withdrawal', 'the key can move money out', 'Make a key without transfer access and use that one.')
      : passed('withdrawal', 'the key cannot move money'),
    ...settings,
  ];
}

/** One word for every reason. */
const REFUSED: readonly KeyFinding[] = [
  failed(
    'signature',
    'Kraken Futures does not know the key, or the private key is not the one that belongs to it',
    `Compare both with ${PAGE}. A Kraken spot key is a key of its own and works for spot alone.`,
  ),
  unproven(
    'ip',
    'an address outside of the key’s ranges is refused in the same words',
    `Look at the key’s ranges on ${PAGE}.`,
  ),
];

async function settingFindings(context: AdapterContext): Promise<readonly KeyFinding[]> {
  return [
    await accountFinding(context),
    passed('position-mode', 'positions are netted: one for each instrument'),
    ...(await leverageFindings(context)),
    notApplicable('auto-borrow', 'perpetuals are held on margin'),
    await strategyFinding(context),
  ];
}

async function accountFinding({ caller }: AdapterContext): Promise<KeyFinding> {
  const answer = await ask(caller, read('accounts', 'privateGetAccounts', {}, 2), accountsSchema);
  if (answer.ok) return passed('account', 'a multi-collateral account');
  const { code, message } = answer.error;
  if (code !== 'accountInactive') return unproven('account', message, TRY_AGAIN);
  return failed('account', 'the Futures account is inactive', 'Open Futures on kraken.com and move collateral to it.');
}

/** A preference of an instrument isolates its margin; without one its margin is crossed. */
async function leverageFindings({ caller }: AdapterContext): Promise<readonly KeyFinding[]> {
  const call = read('leverage', 'privateGetLeveragepreferences', {}, 2);
  const answer = await ask(caller, call, preferencesSchema);
  if (!answer.ok) {
    const { message } = answer.error;
    return [unproven('margin-mode', message, TRY_AGAIN), unproven('leverage', message, TRY_AGAIN)];
  }
  const { leveragePreferences } = answer.value;
  if (leveragePreferences.length === 0) {
    return [passed('margin-mode', 'cross margin'), passed('leverage', 'what the collateral allows: none is fixed')];
  }
  const most = leveragePreferences.map(({ maxLeverage }) => decimal(maxLeverage)).reduce((a, b) => (a.gt(b) ? a : b));
  const named = leveragePreferences
    .slice(0, 5)
    .map(({ symbol, maxLeverage }) => `${symbol} ${maxLeverage}×`)
    .join(', ');
  return [
    passed('margin-mode', `isolated for ${leveragePreferences.length} instruments, cross for the others`),
    passed('leverage', `fixed at ${most.toFixed()}× at most: ${named}`),
  ];
}

async function strategyFinding({ caller }: AdapterContext): Promise<KeyFinding> {
  const call = read('self-trade', 'privateGetSelfTradeStrategy', {}, 2);
  const answer = await ask(caller, call, strategySchema);
  if (!answer.ok) return unproven('self-trade', answer.error.message, TRY_AGAIN);
  const { strategy } = answer.value;
  if (STRATEGIES.includes(strategy)) return passed('self-trade', `the account’s strategy is ${strategy}`);
  return unproven(
    'self-trade',
    `the account’s strategy is ${strategy}`,
    'Choose “reject taker” as self-trade strategy.',
  );
}
