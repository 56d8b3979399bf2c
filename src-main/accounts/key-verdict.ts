import type { KeyCheck, KeyFinding, KeyHealth } from '#shared/domain/account';
import { feedName } from '#shared/domain/ids';

/** Checks that speak of the key itself, not of the account's modes: without them it is not kept (SE-1, AC-1). */
const OF_THE_KEY: readonly KeyCheck[] = ['signature', 'environment', 'region', 'ip', 'expiry', 'clock', 'read'];

/** The proven reason why no question of the key is answered; `undefined` when there is none. */
export const whyUnusable = ({ findings }: KeyHealth): KeyFinding | undefined =>
  findings.find(({ check, status }) => OF_THE_KEY.includes(check) && status === 'fail');

const spoilt = (health: KeyHealth): KeyFinding | undefined =>
  health.findings.find(
    ({ check, status }) => OF_THE_KEY.includes(check) && (status === 'fail' || status === 'unknown'),
  );

/**
 * Why a key may not be kept, or `undefined`. One that can withdraw is refused whatever else it can; one that works on at
 * least one of its feeds is kept, and the others stay blocked with their own reasons.
 */
export function whyNotKept(
  healths: readonly KeyHealth[],
): { readonly message: string; readonly remedy: string } | undefined {
  for (const { feed, findings } of healths) {
    const withdrawal = findings.find(({ check }) => check === 'withdrawal');
    if (withdrawal?.status === 'fail') {
      return { message: `${feedName(feed)}: ${withdrawal.cause}`, remedy: withdrawal.remedy };
    }
  }
  const first = healths[0];
  if (first === undefined) return { message: 'No venue could be asked about the key.', remedy: 'Try again later.' };
  // What nobody found out about withdrawals is as bad as a yes.
  const sound = healths.some((health) => {
    const withdrawal = health.findings.find(({ check }) => check === 'withdrawal');
    return spoilt(health) === undefined && withdrawal?.status === 'pass';
  });
  if (sound) return undefined;
  const finding = spoilt(first) ?? first.findings.find(({ status }) => status === 'unknown');
  return finding === undefined
    ? { message: `${feedName(first.feed)} could not be asked about the key.`, remedy: 'Try again later.' }
    : { message: `${feedName(first.feed)}: ${finding.cause}`, remedy: finding.remedy };
}
