import { describe, expect, test } from 'vitest';
import type { KeyCheck } from '#shared/domain/account';
import type { BrokerHarnessOptions } from '#support/broker-harness';
import type { BrokerCase } from './broker-case.ts';

/** Which check may fail for a key that is unfit in one way; some venues use one word for several. */
const UNFIT: readonly (readonly [string, Partial<BrokerHarnessOptions>, readonly KeyCheck[]])[] = [
  ['that can only read', { key: 'read-only' }, ['trade']],
  ['that can withdraw', { key: 'withdrawal' }, ['withdrawal']],
  ['that has expired', { key: 'expired' }, ['expiry', 'signature']],
  ['that does not allow this address', { key: 'other-ip' }, ['ip', 'signature']],
  ['of another entity or network', { key: 'other-entity' }, ['region', 'environment', 'signature']],
  ['with another key’s secret', { secretOf: 'read-only' }, ['signature']],
];

const UNSAFE: Readonly<Record<string, readonly KeyCheck[]>> = {
  'hedge-mode': ['position-mode'],
  'auto-borrow': ['auto-borrow'],
  'account-level': ['account'],
  isolated: ['margin-mode'],
};

/** AC-1, AC-2. */
export function describeKeys(on: BrokerCase): void {
  const refused = async (options: Partial<BrokerHarnessOptions>, checks: readonly KeyCheck[]) => {
    const h = on.open(options);
    const state = await h.start();
    expect(state.kind).toBe('blocked');
    expect(state.health?.verdict).toBe('refused');
    const failed = state.health?.findings.filter(({ status }) => status === 'fail') ?? [];
    expect(
      failed.some(({ check }) => checks.includes(check)),
      JSON.stringify(state.health),
    ).toBe(true);
    for (const { cause, remedy } of failed) {
      expect(cause).not.toBe('');
      expect(remedy).not.toBe('');
    }
    expect(state.reason).toContain(failed[0]?.cause);
    expect(state.reason).toContain(failed[0]?.remedy);
    const before = h.wire.requests.length;
    const outcome = await on.submit(h, h.order());
    expect(outcome).toMatchObject({ kind: 'rejected', code: 'ACCOUNT_BLOCKED' });
    expect(h.wire.requests).toHaveLength(before);
    expect(h.account.orders(h.feed)).toEqual([]);
  };

  describe('keys', () => {
    test('[AC-1] a good key passes every check that there is', async () => {
      const h = await on.ready();
      expect(h.broker.state().health?.verdict).toBe('good');
      expect(h.broker.state().health?.findings.map(({ status }) => status)).not.toContain('unknown');
    });

    for (const [what, options, checks] of UNFIT) {
      test(`[AC-1] a key ${what} is refused with cause and remedy, and sends no order`, () => refused(options, checks));
    }

    for (const account of on.subject.unsafeAccounts) {
      test(`[AC-2] an account in ${account} is refused with cause and remedy, and sends no order`, () =>
        refused({ key: account }, UNSAFE[account] ?? []));
    }

    test('[AC-1] a venue that does not answer proves nothing: not ready, and looked at again', async () => {
      const h = on.open();
      h.fault('server-errors');
      const started = h.broker.start();
      await h.settled(started, 120_000);
      expect(h.broker.state()).toMatchObject({ kind: 'blocked', health: { verdict: 'unproven' } });
      h.fault('server-errors', false);
      await h.until('ready', () => h.broker.state().kind === 'ready', 120_000);
    });
  });
}
