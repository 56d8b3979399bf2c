import type { z } from 'zod';
import type { VenueFailure } from '#engine/ports';
import type { KeyFinding } from '#shared/domain/account';
import type { AdapterContext } from '../../../orders/adapter.ts';
import { ask } from '../../../orders/ask.ts';
import { failed, notApplicable, passed, unproven } from '../../../orders/findings.ts';
import { clockFinding } from '../../orders/clock-finding.ts';
import { read } from './history.ts';
import { keyInfoSchema } from './messages.ts';

/** What each check needs (https://docs.kraken.com/exchange/guides/rest/api-keys), with the words of Kraken's page. */
const READS: Readonly<Record<string, string>> = {
  'query-funds': 'Query funds',
  'query-open-trades': 'Query open orders & trades',
  'query-closed-trades': 'Query closed orders & trades',
  'create-ws-token': 'WebSocket interface',
};
const TRADES: Readonly<Record<string, string>> = {
  'modify-trades': 'Create & modify orders',
  'close-trades': 'Cancel & close orders',
};
const WITHDRAWS: Readonly<Record<string, string>> = {
  'withdraw-funds': 'Withdraw funds',
  'add-withdraw-address': 'Add withdrawal addresses',
  'update-withdraw-address': 'Update withdrawal addresses',
};
const PAGE = 'pro.kraken.com, Settings, API';

/** AC-1, AC-2. Spot orders are sent without leverage: there is nothing to borrow, no position, no margin. */
export async function spotFindings(context: AdapterContext, mostSkewMs: number): Promise<readonly KeyFinding[]> {
  const clock = clockFinding(context.skewMs(), mostSkewMs);
  const answer = await ask(context.caller, read('key-info', 'privatePostGetApiKeyInfo', {}), keyInfoSchema);
  if (!answer.ok) return [...refused(answer.error), clock];
  return [
    passed('signature', 'Kraken accepts the key'),
    passed('environment', 'Kraken itself: spot has no test network'),
    passed('region', 'Kraken has one host for all regions'),
    clock,
    ...permissionFindings(answer.value.result, (context.clock.wallMs() + context.skewMs()) / 1000),
    passed('account', 'the key belongs to a spot account'),
    notApplicable('position-mode', 'spot has no positions'),
    notApplicable('margin-mode', 'orders are sent without leverage'),
    passed('auto-borrow', 'orders are sent without leverage: nothing is borrowed'),
    notApplicable('leverage', 'orders are sent without leverage'),
    passed('self-trade', 'every order is cancelled when it would meet one of the same account'),
  ];
}

function permissionFindings(info: z.infer<typeof keyInfoSchema>['result'], venueNowS: number): readonly KeyFinding[] {
  const { permissions, valid_until, query_from, query_to, ip_allowlist } = info;
  const lacking = (needed: Readonly<Record<string, string>>): readonly string[] =>
    Object.keys(needed).flatMap((name) => (permissions.includes(name) ? [] : [needed[name] ?? name]));
  const noReads = lacking(READS);
  const noTrades = lacking(TRADES);
  const withdraws = Object.keys(WITHDRAWS).flatMap((name) =>
    permissions.includes(name) ? [WITHDRAWS[name] ?? name] : [],
  );
  const listed = ip_allowlist.filter((address) => address !== '').length;
  const isWindowed = Number(query_from) !== 0 || Number(query_to) !== 0;
  const until = Number(valid_until);
  return [
    passed(
      'ip',
      listed > 0 ? 'this address is on the key’s list' : 'calls from this address are accepted; the key has no list',
    ),
    until === 0
      ? passed('expiry', 'the key does not expire')
      : until > venueNowS
        ? passed('expiry', `the key is valid until ${new Date(until * 1000).toISOString()}`)
        : failed(
            'expiry',
            `the key has expired at ${new Date(until * 1000).toISOString()}`,
            `Make a new key on ${PAGE}.`,
          ),
    noReads.length > 0
      ? failed('read', `the key lacks ${noReads.join(', ')}`, `Allow them for this key on ${PAGE}.`)
      : isWindowed
        ? failed('read', 'the key shows a part of the history alone', 'Make a key without a query start or end.')
        : passed('read', 'funds, orders, trades and the private stream may be read'),
    noTrades.length > 0
      ? failed('trade', `the key lacks ${noTrades.join(', ')}`, `Allow them for this key on ${PAGE}.`)
      : passed('trade', 'orders may be made and cancelled'),
    withdraws.length > 0
      ? failed('withdrawal', `the key may: ${withdraws.join(', ')}`, 'Make a key without it and use that one.')
      : passed('withdrawal', 'the key cannot withdraw'),
  ];
}

/** The key's own record needs no permission: whoever is turned away from it is turned away for another reason. */
function refused({ code, message }: VenueFailure): readonly KeyFinding[] {
  switch (code) {
    case 'EAPI:Invalid key':
      return [
        failed(
          'signature',
          'Kraken does not know the key, or it was deleted or has expired',
          `Compare it with ${PAGE}. A Kraken Futures key is a key of its own and works for Futures alone.`,
        ),
        unproven('expiry', 'Kraken refuses an expired key in the same words', `Look at the key’s expiry on ${PAGE}.`),
      ];
    case 'EAPI:Invalid signature':
      return [
        failed('signature', 'the private key does not belong to this key', 'Copy key and private key again, whole.'),
      ];
    case 'EAPI:Invalid nonce':
      return [
        unproven(
          'signature',
          'Kraken has seen a higher nonce of this key: another program uses it, or the clock was set back',
          'Make a key that Crossbook alone uses.',
        ),
      ];
    case 'EGeneral:Permission denied':
      return [
        passed('signature', 'Kraken knows the key'),
        failed(
          'ip',
          'Kraken refuses even what needs no permission: this address is not on the key’s list',
          `Add the address of this computer to the key’s list on ${PAGE}.`,
        ),
      ];
    default:
      return [unproven('signature', `Kraken could not be asked: ${message}`, 'Try again when Kraken answers.')];
  }
}
