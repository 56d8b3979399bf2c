import type { KeyFinding } from '#shared/domain/account';
import { readCdpKey } from '../../coinbase/orders/cdp-key.ts';
import { askPermissions, cdpFindings } from '../../coinbase/orders/findings.ts';
import type { AdapterContext } from '../../orders/adapter.ts';
import { failed, notApplicable, passed, unproven } from '../../orders/findings.ts';
import { read } from './history.ts';
import { summariesSchema } from './messages.ts';
import type { GatewaySession } from './session.ts';
import { PERMISSIONS_CALL } from './signer.ts';

/**
 * AC-1, AC-2. What the key may do is asked of Coinbase's own API, which is the same key's; then the gateway is signed in to and
 * the account's settings are read.
 */
export async function gatewayFindings(
  context: AdapterContext,
  session: GatewaySession,
): Promise<readonly KeyFinding[]> {
  const readable = readCdpKey(context.credentials).ok;
  const permissions = readable ? await askPermissions(context, PERMISSIONS_CALL) : null;
  const findings = cdpFindings(context, permissions);
  if (permissions === null || !permissions.ok) return findings;
  const call = read('summaries', 'private/get_account_summaries', { extended: true });
  const answer = await session.call(call, summariesSchema);
  if (!answer.ok) {
    const { kind, code, message } = answer.error;
    const cause = `the derivatives gateway answers ${code}: ${message}`;
    const remedy = 'Open Coinbase Advanced and see whether this account may trade derivatives.';
    return [
      ...findings,
      kind === 'authentication' ? failed('account', cause, remedy) : unproven('account', cause, remedy),
    ];
  }
  const { summaries, self_trading_reject_mode: selfTrade } = answer.value;
  return [
    ...findings,
    passed('account', 'the key signs in to the derivatives gateway'),
    passed('position-mode', 'the gateway keeps one net position an instrument'),
    marginFinding(summaries.find(({ currency }) => currency === 'USDC')?.margin_model),
    notApplicable('leverage', 'the gateway has no leverage to set: margin follows from the size of the position'),
    selfTrade === 'reject_taker' || selfTrade === 'cancel_maker'
      ? passed('self-trade', `orders of this account that meet: ${selfTrade.replace('_', ' ')}`)
      : unproven(
          'self-trade',
          `the account’s self-trade setting is ${selfTrade === undefined ? 'not told' : `“${selfTrade}”`}`,
          'Set self-trade prevention for the derivatives account.',
        ),
  ];
}

/** https://docs.cdp.coinbase.com/api-reference/account-management/private-change_margin_model */
function marginFinding(model: string | undefined): KeyFinding {
  if (model === 'cross_sm' || model === 'cross_pm') return passed('margin-mode', `the margin model is ${model}`);
  if (model === 'segregated_sm' || model === 'segregated_pm') {
    return failed(
      'margin-mode',
      `the margin model is ${model}: collateral is kept apart`,
      'Change the margin model of the derivatives account to cross.',
    );
  }
  return unproven(
    'margin-mode',
    model === undefined ? 'the margin model is not told' : `the margin model is “${model}”`,
    'Look at the margin model of the derivatives account.',
  );
}
