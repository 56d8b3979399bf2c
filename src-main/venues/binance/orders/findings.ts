import type { VenueFailure } from '#engine/ports';
import type { KeyFinding } from '#shared/domain/account';
import { type Entity, isTestEntity } from '#shared/domain/entities';
import { ok } from '#shared/kernel/result';
import { isObject } from '../../kit/json.ts';
import type { AdapterContext, Answer } from '../../orders/adapter.ts';
import { ask } from '../../orders/ask.ts';
import { type Acquaintance, homeOf, livesElsewhere, livesHere } from '../../orders/elsewhere.ts';
import { failed, notApplicable, passed, unproven } from '../../orders/findings.ts';
import { hostsAt } from '../../test-networks.ts';
import { read } from './calls.ts';
import {
  canTradeSchema,
  perpAccountSchema,
  type Restrictions,
  restrictionsSchema,
  spotAccountSchema,
  symbolConfigsSchema,
} from './messages.ts';

/** A signed call may differ from the venue's clock by this (MD-6). */
export const SIGNING_WINDOW_MS = 5_000;

const KEYS = 'Binance › API Management';
/** Where the test networks make their keys. */
const TEST_KEYS: Readonly<Record<string, string>> = {
  testnet: 'testnet.binance.vision',
  demo: 'demo.binance.com › API Management',
};
const keysAt = (entity: string): string => TEST_KEYS[entity] ?? KEYS;
const makeNew = (entity: string): string => `Make a new HMAC key under ${keysAt(entity)} and enter both parts of it.`;

const ACCOUNT = read('account', 'privateGetAccount', { omitZeroBalances: 'true' }, 20);
const PERP_ACCOUNT = read('account-config', 'fapiPrivateGetAccountConfig', {}, 5);

/** https://developers.binance.com/docs/wallet/account/api-key-permission */
const askRestrictions = ({ caller }: AdapterContext): Promise<Answer<Restrictions>> =>
  ask(caller, read('key-permissions', 'sapiGetAccountApiRestrictions', {}, 1), restrictionsSchema);

/** AC-1, AC-2 of a key for spot: there is nothing to borrow, no leverage and no position mode. */
export async function spotFindings(context: AdapterContext): Promise<readonly KeyFinding[]> {
  const key = await keyFindings(context, 'spot');
  if (!key.ok) return turnedAway(key.error, context);
  const account = await ask(context.caller, ACCOUNT, spotAccountSchema);
  return [
    ...key.value,
    account.ok
      ? spotAccountFinding(account.value.canTrade, account.value.accountType)
      : unproven('account', `the account could not be read: ${account.error.message}`, 'Try again.'),
    notApplicable('position-mode', 'spot has no positions'),
    notApplicable('margin-mode', 'spot has no margin'),
    passed('auto-borrow', 'orders go to the spot wallet, which cannot borrow'),
    notApplicable('leverage', 'spot has no leverage'),
    passed('self-trade', 'every order states which of two of the account goes when they would meet'),
  ];
}

/** AC-1, AC-2 of a key for USDⓈ-M. */
export async function perpFindings(context: AdapterContext): Promise<readonly KeyFinding[]> {
  const key = await keyFindings(context, 'perp');
  if (!key.ok) return turnedAway(key.error, context);
  return [
    ...key.value,
    ...(await perpAccountFindings(context)),
    passed('self-trade', 'every order states which of two of the account goes when they would meet'),
  ];
}

async function perpAccountFindings(context: AdapterContext): Promise<readonly KeyFinding[]> {
  const account = await ask(context.caller, PERP_ACCOUNT, perpAccountSchema);
  const symbols = await ask(
    context.caller,
    read('symbol-config', 'fapiPrivateGetSymbolConfig', {}, 5),
    symbolConfigsSchema,
  );
  if (!account.ok || !symbols.ok) {
    const error = account.ok ? (symbols.ok ? null : symbols.error) : account.error;
    const cause = `the futures account could not be read: ${error?.message ?? ''}`;
    const remedy = 'Open a USDⓈ-M Futures account, allow futures for the key, and try again.';
    return (['account', 'position-mode', 'margin-mode', 'auto-borrow', 'leverage'] as const).map((check) =>
      unproven(check, cause, remedy),
    );
  }
  const ours = symbols.value.filter(({ symbol }) => context.bySymbol(symbol) !== undefined);
  const isolated = ours.filter(({ marginType }) => marginType === 'ISOLATED').map(({ symbol }) => symbol);
  const most = ours.reduce((highest, { leverage }) => Math.max(highest, Number(leverage)), 0);
  const { canTrade, dualSidePosition, multiAssetsMargin } = account.value;
  return [
    canTrade
      ? passed('account', 'the futures account may trade')
      : failed('account', 'the futures account may not trade', 'Ask Binance why trading is disabled.'),
    dualSidePosition
      ? failed(
          'position-mode',
          'the futures account is in hedge mode',
          'Choose One-way Mode under Futures › Preferences › Position Mode.',
        )
      : passed('position-mode', 'one-way'),
    isolated.length > 0
      ? failed(
          'margin-mode',
          `isolated margin on ${isolated.slice(0, 5).join(', ')}${isolated.length > 5 ? ' and more' : ''}`,
          'Choose Cross margin for these contracts.',
        )
      : passed('margin-mode', 'cross'),
    multiAssetsMargin
      ? failed(
          'auto-borrow',
          'the futures account is in Multi-Assets Mode, in which one asset can go below zero on the others',
          'Choose Single-Asset Mode under Futures › Preferences › Asset Mode.',
        )
      : passed('auto-borrow', 'single-asset mode: nothing is borrowed'),
    passed('leverage', `at most ${most}x; set and read back before the first order`),
  ];
}

const spotAccountFinding = (canTrade: boolean, accountType: string): KeyFinding =>
  canTrade && accountType === 'SPOT'
    ? passed('account', 'a spot account that may trade')
    : failed(
        'account',
        canTrade ? `the account is of type ${accountType}, not SPOT` : 'the account may not trade',
        'Ask Binance why trading is disabled, or make the key for the main spot account.',
      );

/** What is known of the key itself, and whether it may trade the product. */
async function keyFindings(context: AdapterContext, product: 'spot' | 'perp'): Promise<Answer<readonly KeyFinding[]>> {
  if (isTestEntity('binance', context.entity)) return testKeyFindings(context, product);
  const restrictions = await askRestrictions(context);
  if (!restrictions.ok) return restrictions;
  const { enableFutures, enableSpotAndMarginTrading } = restrictions.value;
  const futures = enableFutures
    ? passed('trade', 'futures trading is allowed')
    : failed('trade', 'the key may not trade futures', `Switch on “Enable Futures” under ${KEYS}.`);
  const spot = enableSpotAndMarginTrading
    ? passed('trade', 'spot trading is allowed')
    : failed('trade', 'the key may not trade spot', `Switch on “Enable Spot & Margin Trading” under ${KEYS}.`);
  return ok([...ofKey(restrictions.value, context), product === 'spot' ? spot : futures]);
}

/**
 * The test networks have none of the calls under `/sapi`, so no permissions can be read: the account says what is allowed, and
 * there is nothing to withdraw (https://developers.binance.com/docs/binance-spot-api-docs/testnet/general-info).
 */
async function testKeyFindings(
  context: AdapterContext,
  product: 'spot' | 'perp',
): Promise<Answer<readonly KeyFinding[]>> {
  const { caller, entity, skewMs } = context;
  const account = await ask(caller, product === 'spot' ? ACCOUNT : PERP_ACCOUNT, canTradeSchema);
  if (!account.ok) return account;
  return ok([
    passed('signature', 'Binance accepts the key'),
    livesHere('binance', context),
    passed('region', 'Binance answers from here'),
    notApplicable('ip', 'the test network does not tell which addresses a key allows'),
    notApplicable('expiry', 'the test network does not tell when a key ends'),
    clockFinding(skewMs()),
    passed('read', 'the account can be read'),
    passed('withdrawal', 'play money cannot be withdrawn: the test network has no call for it'),
    account.value.canTrade
      ? passed('trade', 'the account may trade')
      : failed('trade', 'the account may not trade', makeNew(entity)),
  ]);
}

function ofKey(restrictions: Restrictions, context: AdapterContext): readonly KeyFinding[] {
  const { enableReading, enableWithdrawals, ipRestrict, tradingAuthorityExpirationTime: endsMs } = restrictions;
  const nowMs = context.clock.wallMs() + context.skewMs();
  return [
    passed('signature', 'Binance accepts the key'),
    livesHere('binance', context),
    passed('region', 'Binance answers from here'),
    passed('ip', ipRestrict ? 'this address is on the key’s list' : 'the key may be used from any address'),
    endsMs === undefined
      ? passed('expiry', 'the key does not expire')
      : nowMs < endsMs
        ? passed('expiry', `it may trade until ${new Date(endsMs).toISOString().slice(0, 10)}`)
        : failed(
            'expiry',
            `its right to trade ran out on ${new Date(endsMs).toISOString().slice(0, 10)}`,
            `Renew it, or restrict the key to this computer’s address, under ${KEYS}.`,
          ),
    clockFinding(context.skewMs()),
    enableReading
      ? passed('read', 'reading is allowed')
      : failed('read', 'the key may not read', `Switch on “Enable Reading” under ${KEYS}.`),
    enableWithdrawals
      ? failed('withdrawal', 'the key can withdraw', `Switch off “Enable Withdrawals” under ${KEYS}.`)
      : passed('withdrawal', 'the key cannot withdraw'),
  ];
}

function clockFinding(skewMs: number): KeyFinding {
  const cause = `the clocks differ by ${Math.round(skewMs)} ms`;
  if (Math.abs(skewMs) <= SIGNING_WINDOW_MS) return passed('clock', cause);
  return failed('clock', cause, 'Set the clock of this computer.');
}

const SPOT_PLACE: Acquaintance = {
  venue: 'binance',
  client: 'binance',
  globalHost: 'api.binance.com',
  hosts: (entity) => hostsAt('binance', entity, ['api.binance.com']),
  call: ACCOUNT,
  knows: (body) => isObject(body) && 'canTrade' in body,
};
const PERP_PLACE: Acquaintance = {
  ...SPOT_PLACE,
  client: 'binanceusdm',
  globalHost: 'fapi.binance.com',
  hosts: (entity) => hostsAt('binance', entity, ['fapi.binance.com']),
  call: PERP_ACCOUNT,
};

/** The entity that knows the key, when it is another one and can be asked; not every test network has both products. */
const home = async (context: AdapterContext): Promise<Entity | null> =>
  (await homeOf(context, SPOT_PLACE)) ?? (await homeOf(context, PERP_PLACE));

/** Why not even the key's own permissions could be read. */
async function turnedAway({ code, message }: VenueFailure, context: AdapterContext): Promise<readonly KeyFinding[]> {
  const remedy = makeNew(context.entity);
  if (code === '-2008' || code === '-2015') {
    const elsewhere = await home(context);
    const said = `Binance says: ${message} (${code}).`;
    if (elsewhere !== null) return [livesElsewhere(elsewhere, context, 'binance', said)];
  }
  switch (code) {
    case '-2008':
      return [
        failed(
          'environment',
          'Binance does not know this key here: it was deleted, or is one of the testnet, the demo or another Binance company',
          remedy,
        ),
      ];
    case '-2014':
      return [failed('signature', 'this is not the form of a Binance API key', remedy)];
    case '-1022':
      return [failed('signature', 'the signature is wrong: the secret is not the one of this key', remedy)];
    case '-2015':
      return [
        failed(
          'ip',
          'Binance refuses the key from this address, or it was revoked; it uses the same words for both',
          `Add this computer’s address to the key’s list, or make a new key, under ${keysAt(context.entity)}.`,
        ),
      ];
    case '-1021':
      return [failed('clock', message, 'Set the clock of this computer.'), clockFinding(context.skewMs())];
    case 'REGION':
      return [failed('region', message, 'Binance.com is not offered where this computer is. Use another venue.')];
    default:
      return [unproven('signature', `Binance could not be asked (${code}): ${message}`, 'Try again in a while.')];
  }
}
