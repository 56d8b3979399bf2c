import type { VenueFailure } from '#engine/ports';
import type { KeyFinding } from '#shared/domain/account';
import { ENTITIES, type Entity, entityOf } from '#shared/domain/entities';
import { isObject } from '../../kit/json.ts';
import { homeOf, livesElsewhere, livesHere } from '../../orders/elsewhere.ts';
import { failed, notApplicable, passed, unproven } from '../../orders/findings.ts';
import { leverageOf, positionsOf } from './account.ts';
import type { Desk } from './desk.ts';
import { ask, readCall } from './desk.ts';
import { okxHosts } from './hosts.ts';
import { configSchema } from './messages.ts';

const TRY_AGAIN = 'Check the connection and look again.';
/** "The server rejects requests where this differs from server time by more than 30 seconds." */
export const SIGNING_WINDOW_MS = 30_000;
const LEVELS: Readonly<Record<string, string>> = {
  '1': 'spot mode',
  '2': 'futures mode',
  '3': 'multi-currency margin',
  '4': 'portfolio margin',
};
const STP_MODES: readonly string[] = ['cancel_maker', 'cancel_taker', 'cancel_both'];

type Config = (typeof configSchema)['_output']['data'][number];

/** AC-1, AC-2 by questions alone. https://www.okx.com/docs-v5/en/#trading-account-rest-api-get-account-configuration */
export async function findingsOf(desk: Desk): Promise<readonly KeyFinding[]> {
  const answer = await ask(desk, readCall('config', 'privateGetAccountConfig', {}), configSchema);
  if (!answer.ok) return turnedAway(desk, answer.error);
  const [config] = answer.value.data;
  if (config === undefined) return [unproven('read', 'OKX shows no configuration of the account.', TRY_AGAIN)];
  const may = config.perm.split(',');
  return [
    passed('signature', 'OKX accepts the key, its signature and its passphrase.'),
    livesHere('okx', desk.context),
    passed('region', `The key is known at ${entityOf('okx', desk.context.entity)?.name ?? desk.context.entity}.`),
    ...addresses(config),
    clock(desk),
    may.includes('read_only')
      ? passed('read', 'The key can read.')
      : failed('read', 'The key may not read.', 'Give the key the permission “Read”.'),
    may.includes('trade')
      ? passed('trade', 'The key can trade.')
      : failed('trade', 'The key can only read.', 'Make a key with the permission “Trade”.'),
    may.includes('withdraw')
      ? failed('withdrawal', 'The key can withdraw.', 'Make a key without the permission “Withdraw”.')
      : passed('withdrawal', 'The key cannot withdraw.'),
    account(desk, config),
    borrowing(config),
    selfTrade(config),
    ...(desk.product === 'spot' ? SPOT_ONLY : await swapsOnly(desk, config)),
  ];
}

/** Why nothing more could be looked at. */
async function turnedAway(desk: Desk, failure: VenueFailure): Promise<readonly KeyFinding[]> {
  const { code, message, kind } = failure;
  const said = `OKX says: ${message} (${code}).`;
  switch (code) {
    case '50119':
    case '50111':
      return unknownKey(desk, said);
    case '50101':
      return [livesElsewhere((await home(desk)) ?? counterpart(desk), desk.context, 'okx', said)];
    case '50105':
    case '50104':
      return [failed('signature', `The passphrase is wrong. ${said}`, 'Enter the passphrase chosen with this key.')];
    case '50113':
      return [failed('signature', `The signature is wrong. ${said}`, 'Enter the secret that belongs to this key.')];
    case '50102':
    case '50112':
      return [failed('clock', `The clocks differ. ${said}`, 'Set this machine’s clock.')];
    case '50110':
    case '50035':
      return [failed('ip', `The key does not allow this address. ${said}`, 'Add this machine’s address to the key.')];
    case '50121':
    case '50051':
    case '50109':
      return [failed('region', `OKX does not serve this place. ${said}`, 'Use the entity that serves your country.')];
    case '50120':
    case '50030':
      return [failed('read', `The key may not read. ${said}`, 'Give the key the permission “Read”.')];
    case '50100':
    case '50007':
    case '50012':
    case '51024':
      return [failed('account', `The account or key is frozen. ${said}`, 'Ask OKX what is missing.')];
    case 'SIGNING':
      return [failed('signature', message, 'Enter the key, its secret and its passphrase.')];
    default:
      return [
        kind === 'authentication'
          ? failed('signature', said, 'Make a new key.')
          : unproven('signature', `The key could not be checked. ${said}`, TRY_AGAIN),
      ];
  }
}

/** The entity that knows the key, when it is another one and can be asked. */
const home = ({ context }: Desk): Promise<Entity | null> =>
  homeOf(context, {
    venue: 'okx',
    client: 'okx',
    globalHost: 'www.okx.com',
    hosts: okxHosts,
    call: readCall('config', 'privateGetAccountConfig', {}),
    knows: (body) => isObject(body) && body.code === '0',
  });

/** Legal entities and their demo trading. */
const DEMOS: readonly (readonly [legal: string, demo: string])[] = [
  ['global', 'demo'],
  ['eea', 'eea-demo'],
  ['us', 'us-demo'],
];

/** The other side of an entity: what OKX means by "does not match current environment". */
function counterpart({ context: { entity } }: Desk): Entity {
  const [legal, demo] = DEMOS.find((pair) => pair.includes(entity)) ?? [entity, entity];
  return entityOf('okx', entity === demo ? legal : demo) ?? ENTITIES.okx[0];
}

/** Of another entity, or of none: deleted, expired or mistyped. */
async function unknownKey(desk: Desk, said: string): Promise<readonly KeyFinding[]> {
  const elsewhere = await home(desk);
  if (elsewhere !== null) return [livesElsewhere(elsewhere, desk.context, 'okx', said)];
  return [
    failed(
      'signature',
      `No entity of OKX knows this key. ${said}`,
      'Check the key; if it is right it was deleted or has expired: make a new one, bound to this machine’s address.',
    ),
    unproven('expiry', 'OKX does not tell an expired key from one that never was.', 'Make a new key.'),
  ];
}

/** Keys that may trade and are bound to no address end after fourteen days without use. */
function addresses({ ip }: Config): readonly KeyFinding[] {
  if (ip === '') {
    return [
      passed('ip', 'The key is not bound to an address.'),
      passed('expiry', 'OKX deletes keys without an address after 14 days without use; this one is in use.'),
    ];
  }
  return [
    passed('ip', `Bound to ${ip.split(',').length} addresses, this one among them.`),
    passed('expiry', 'A key that is bound to addresses does not expire.'),
  ];
}

function clock({ context }: Desk): KeyFinding {
  const skew = Math.round(context.skewMs());
  if (Math.abs(skew) < SIGNING_WINDOW_MS) return passed('clock', `The clocks differ by ${skew} ms.`);
  return failed('clock', `The clocks differ by ${skew} ms.`, 'Set this machine’s clock.');
}

/** Only spot and futures mode trade spot without margin (`cash`), and only futures mode keeps swaps apart from it. */
function account({ product }: Desk, { acctLv, kycLv, feeType }: Config): KeyFinding {
  const level = LEVELS[acctLv];
  if (level === undefined) return unproven('account', `Unknown account mode ${acctLv}.`, 'Choose futures mode.');
  const fit = acctLv === '2' || (product === 'spot' && acctLv === '1');
  if (!fit) {
    const why = acctLv === '1' ? 'it has no swaps' : 'its trades share one margin and may borrow';
    return failed('account', `The account is in ${level}: ${why}.`, 'Switch the account mode to futures mode.');
  }
  if (kycLv === '0') return failed('account', 'The account is not verified.', 'Verify your identity with OKX.');
  if (product === 'spot' && feeType === '1') {
    return failed(
      'account',
      'Spot fees are charged in the quote currency, which is not what the catalogue’s fees mean.',
      'Turn “Spot fees in quote currency” off.',
    );
  }
  return passed('account', `The account is in ${level}.`);
}

function borrowing({ autoLoan, enableSpotBorrow }: Config): KeyFinding {
  if (autoLoan === true || enableSpotBorrow === true) {
    return failed('auto-borrow', 'The account borrows by itself: a sale may borrow.', 'Turn auto-borrow off.');
  }
  if (autoLoan === undefined || enableSpotBorrow === undefined) {
    return unproven('auto-borrow', 'OKX does not say whether the account borrows by itself.', 'Turn auto-borrow off.');
  }
  return passed('auto-borrow', 'Auto-borrow is off.');
}

/** Orders name their mode; stops that trigger go by the account's. */
function selfTrade({ acctStpMode }: Config): KeyFinding {
  if (STP_MODES.includes(acctStpMode)) {
    return passed('self-trade', `Each order tells OKX which of two goes; the account’s mode is ${acctStpMode}.`);
  }
  return unproven('self-trade', `Unknown self-trade mode “${acctStpMode}”.`, 'Set self-trade prevention at OKX.');
}

const SPOT_ONLY: readonly KeyFinding[] = [
  notApplicable('position-mode', 'Spot has no positions.'),
  notApplicable('margin-mode', 'Spot is bought with what is there.'),
  notApplicable('leverage', 'Spot has none.'),
];

async function swapsOnly(desk: Desk, { posMode }: Config): Promise<readonly KeyFinding[]> {
  return [
    posMode === 'net_mode'
      ? passed('position-mode', 'One-way (net) mode.')
      : posMode === 'long_short_mode'
        ? failed('position-mode', 'The account is in long/short mode.', 'Switch the position mode to net.')
        : unproven('position-mode', `Unknown position mode ${posMode}.`, 'Switch the position mode to net.'),
    await marginMode(desk),
    await leverage(desk),
  ];
}

/** Each order says cross margin; a position under isolated margin could not be closed by one. */
async function marginMode(desk: Desk): Promise<KeyFinding> {
  const held = await positionsOf(desk);
  if (!held.ok) return unproven('margin-mode', held.error.message, TRY_AGAIN);
  const isolated = held.value.filter((position) => position.marginMode === 'isolated');
  if (isolated.length === 0) return passed('margin-mode', 'Each order is for cross margin.');
  const names = isolated.map(({ instrument }) => instrument).join(', ');
  return failed(
    'margin-mode',
    `Positions under isolated margin: ${names}.`,
    'Close them or switch them to cross margin.',
  );
}

async function leverage(desk: Desk): Promise<KeyFinding> {
  const symbols = desk.context.listings().map(({ symbol }) => symbol);
  if (symbols.length === 0) return unproven('leverage', 'The catalogue is not there yet.', 'Look again soon.');
  const read = await leverageOf(desk, symbols);
  if (!read.ok) return unproven('leverage', read.error.message, TRY_AGAIN);
  const missing = symbols.filter((symbol) => !read.value.has(symbol));
  if (missing.length > 0) {
    return unproven('leverage', `OKX shows no leverage for ${missing.slice(0, 3).join(', ')}.`, TRY_AGAIN);
  }
  const shown = [...read.value].slice(0, 3).map(([symbol, times]) => `${symbol} ${times}×`);
  return passed('leverage', `Leverage is read and set per contract: ${shown.join(', ')}.`);
}
