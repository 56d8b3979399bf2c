import type { VenueFailure } from '#engine/ports';
import type { KeyFinding } from '#shared/domain/account';
import { entityOf } from '#shared/domain/entities';
import { isObject } from '../../kit/json.ts';
import type { AdapterContext } from '../../orders/adapter.ts';
import { homeOf, livesElsewhere, livesHere } from '../../orders/elsewhere.ts';
import { failed, notApplicable, passed, unproven } from '../../orders/findings.ts';
import { type BybitCalls, readCall } from './calls.ts';
import { bybitHosts } from './hosts.ts';
import { accountSchema, keySchema, positionsSchema, spotMarginSchema } from './messages.ts';
import type { Category } from './requests.ts';
import { BYBIT_SIGNING_WINDOW_MS } from './terms.ts';

const TRY_AGAIN = 'Check the connection and look again.';
const UNIFIED = new Set(['3', '4', '5', '6']);

/** AC-1, AC-2 for one category, by questions alone. https://bybit-exchange.github.io/docs/v5/user/apikey-info */
export async function findingsOf(
  category: Category,
  context: AdapterContext,
  calls: BybitCalls,
): Promise<readonly KeyFinding[]> {
  const key = await calls.read('key', 'privateGetV5UserQueryApi', {}, keySchema);
  if (!key.ok) return [await turnedAway(key.error, context)];
  const { readOnly, permissions, ips, expiredAt } = key.value.result;
  return [
    passed('signature', 'Bybit accepts the key’s signature.'),
    livesHere('bybit', context),
    passed('region', 'The key is known on this entity’s host.'),
    passed(
      'ip',
      ips.includes('*')
        ? 'The key is not bound to an address.'
        : ips.length === 1
          ? 'Bound to this address alone.'
          : `Bound to ${ips.length} addresses, this one among them.`,
    ),
    expiry(expiredAt, context),
    clock(context),
    passed('read', 'The key can read.'),
    trade(category, readOnly, permissions),
    permissions.Wallet?.includes('Withdraw') === true
      ? failed('withdrawal', 'The key can withdraw.', 'Make a key without the permission to withdraw.')
      : passed('withdrawal', 'The key cannot withdraw.'),
    ...(await account(category, calls)),
    ...(category === 'spot' ? await spotOnly(calls) : await linearOnly(context, calls)),
    passed('self-trade', 'Each order tells Bybit which of two of the account goes when they would meet.'),
  ];
}

/** Why nothing more could be looked at. */
async function turnedAway({ kind, code, message }: VenueFailure, context: AdapterContext): Promise<KeyFinding> {
  const said = `Bybit says: ${message} (${code}).`;
  switch (code) {
    case '10003':
      return unknownKey(said, context);
    case '10004':
      return failed('signature', `The signature is wrong. ${said}`, 'Enter the secret that belongs to this key.');
    case '33004':
      return failed('expiry', `The key has expired. ${said}`, 'Make a new key.');
    case '10010':
      return failed('ip', `The key does not allow this address. ${said}`, 'Add this machine’s address to the key.');
    case '10002':
      return failed('clock', `The clocks differ. ${said}`, 'Set this machine’s clock.');
    case '10005':
      return failed('read', `The key may not read. ${said}`, 'Give the key its read permissions.');
    case '10024':
    case '10027':
      return failed('region', `The account may not trade. ${said}`, 'Ask Bybit what is missing.');
    case 'HTTP_403':
      return failed('region', said, 'Use this venue from where it is allowed, on its own entity’s host.');
    case 'SIGNING':
      return failed('signature', message, 'Enter the key and its secret.');
    default:
      return kind === 'authentication'
        ? failed('signature', said, 'Make a new key.')
        : unproven('signature', `The key could not be checked. ${said}`, TRY_AGAIN);
  }
}

/** Of another entity, of the testnet, or of none that can be asked. */
async function unknownKey(said: string, context: AdapterContext): Promise<KeyFinding> {
  const home = await homeOf(context, {
    venue: 'bybit',
    client: 'bybit',
    globalHost: 'api.bybit.com',
    hosts: bybitHosts,
    call: readCall('key', 'privateGetV5UserQueryApi', {}),
    knows: (body) => isObject(body) && body.retCode === '0',
  });
  if (home !== null) return livesElsewhere(home, context, 'bybit', said);
  const here = entityOf('bybit', context.entity)?.name ?? context.entity;
  return failed(
    'signature',
    `This key is not known here. ${said}`,
    `Check the key; it must be of ${here}, not of another entity or of demo trading.`,
  );
}

function expiry(expiredAt: string, { clock }: AdapterContext): KeyFinding {
  const atMs = Date.parse(expiredAt);
  if (Number.isNaN(atMs)) return unproven('expiry', `The key’s end cannot be read: ${expiredAt}.`, TRY_AGAIN);
  // The venue writes its epoch where a key has no end.
  if (atMs <= 0) return passed('expiry', 'The key does not expire.');
  if (atMs > clock.wallMs()) return passed('expiry', `The key is good until ${expiredAt.slice(0, 10)}.`);
  return failed('expiry', `The key expired on ${expiredAt.slice(0, 10)}.`, 'Make a new key.');
}

function clock({ skewMs }: AdapterContext): KeyFinding {
  const skew = Math.round(skewMs());
  if (Math.abs(skew) <= BYBIT_SIGNING_WINDOW_MS) return passed('clock', `The clocks differ by ${skew} ms.`);
  return failed('clock', `The clocks differ by ${skew} ms.`, 'Set this machine’s clock.');
}

function trade(
  category: Category,
  readOnly: string,
  permissions: Readonly<Record<string, readonly string[]>>,
): KeyFinding {
  if (readOnly !== '0') return failed('trade', 'The key can only read.', 'Make a key with the permission to trade.');
  const held =
    category === 'spot' ? permissions.Spot?.includes('SpotTrade') : permissions.ContractTrade?.includes('Order');
  if (held === true) return passed('trade', 'The key can trade.');
  const name = category === 'spot' ? 'Spot trade' : 'Contract orders';
  return failed('trade', `The key lacks the permission “${name}”.`, `Give the key the permission “${name}”.`);
}

async function account(category: Category, calls: BybitCalls): Promise<readonly KeyFinding[]> {
  const answer = await calls.read('account', 'privateGetV5AccountInfo', {}, accountSchema);
  if (!answer.ok) return [unproven('account', answer.error.message, TRY_AGAIN)];
  const { unifiedMarginStatus, marginMode } = answer.value.result;
  const level = UNIFIED.has(unifiedMarginStatus)
    ? passed('account', 'A unified account.')
    : failed('account', 'A classic account.', 'Upgrade to a unified trading account.');
  if (category === 'spot') return [level, notApplicable('margin-mode', 'Spot is bought with what is there.')];
  if (marginMode === 'REGULAR_MARGIN') return [level, passed('margin-mode', 'Cross margin.')];
  if (marginMode === 'ISOLATED_MARGIN') return [level, passed('margin-mode', 'Isolated margin.')];
  return [level, failed('margin-mode', `The margin mode is ${marginMode}.`, 'Choose cross or isolated margin.')];
}

async function spotOnly(calls: BybitCalls): Promise<readonly KeyFinding[]> {
  const answer = await calls.read('margin', 'privateGetV5SpotMarginTradeState', {}, spotMarginSchema);
  return [
    notApplicable('position-mode', 'Spot has no positions.'),
    !answer.ok
      ? unproven('auto-borrow', answer.error.message, TRY_AGAIN)
      : answer.value.result.spotMarginMode === '0'
        ? passed('auto-borrow', 'Spot margin is off.')
        : failed('auto-borrow', 'Spot margin is on: a sale may borrow.', 'Turn spot margin trading off.'),
    notApplicable('leverage', 'Spot has none.'),
  ];
}

/** One contract of each settle currency tells the mode; orders name the one-way mode besides, which any other refuses. */
async function linearOnly({ listings }: AdapterContext, calls: BybitCalls): Promise<readonly KeyFinding[]> {
  const chosen = ['USDT', 'USDC'].flatMap((settle) => listings().find((listing) => listing.settle === settle) ?? []);
  const borrow = notApplicable('auto-borrow', 'Perpetuals are held on margin.');
  if (chosen.length === 0)
    return [unproven('position-mode', 'The catalogue is not there yet.', 'Look again soon.'), borrow];
  const leverages: string[] = [];
  for (const { symbol } of chosen) {
    const rows = await calls.pages(
      'positions',
      'privateGetV5PositionList',
      { category: 'linear', symbol },
      positionsSchema,
    );
    if (!rows.ok) return [unproven('position-mode', rows.error.message, TRY_AGAIN), borrow];
    if (rows.value.length === 0)
      return [unproven('position-mode', `Bybit shows no mode for ${symbol}.`, TRY_AGAIN), borrow];
    if (rows.value.some(({ positionIdx }) => positionIdx !== '0')) {
      return [failed('position-mode', `${symbol} is in hedge mode.`, 'Switch the position mode to one-way.'), borrow];
    }
    leverages.push(`${symbol} ${rows.value[0]?.leverage ?? '?'}×`);
  }
  return [
    passed('position-mode', 'One-way mode.'),
    borrow,
    leverages.some((text) => text.endsWith('?×'))
      ? unproven('leverage', 'Bybit does not show the leverage.', 'Set the leverage and look again.')
      : passed('leverage', `Leverage is read and set per contract: ${leverages.join(', ')}.`),
  ];
}
