import { AccountDesk } from '#main/accounts/account-desk';
import { NO_CAPABILITIES } from '#shared/domain/capabilities';
import { NO_ACCOUNTS } from '#shared/domain/stored-accounts';
import { err, ok } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';

/** Accounts and keys of a workstation that has none and reaches no venue. */
export const noAccounts = (clock: Clock): AccountDesk =>
  new AccountDesk({
    clock,
    vault: {
      open: false,
      state: () => ({
        state: 'none',
        sealedBy: null,
        keychain: { usable: false, reason: '' },
        note: 'Nothing is kept.',
      }),
      secrets: () => undefined,
      put: async () => err('no vault'),
      remove: async () => err('no vault'),
      unlock: async () => err('no vault'),
      lock: () => undefined,
      reseal: async () => err('no vault'),
    },
    store: { save: () => ok(undefined) },
    stored: NO_ACCOUNTS,
    make: () => err('no venue'),
    capabilitiesOf: () => NO_CAPABILITIES,
    engineDependents: () => ({ sentences: [], blocked: null }),
    problem: () => undefined,
    alarm: () => undefined,
  });
