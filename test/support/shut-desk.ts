import { AccountDesk } from '#main/accounts/account-desk';
import { NO_CAPABILITIES } from '#shared/domain/capabilities';
import { NO_ACCOUNTS } from '#shared/domain/stored-accounts';
import { err, ok } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import { accountOf, soundFindings } from './accounts.ts';

/** The desk of a workstation that has one account and one key, a locked vault, and reaches no venue. */
export const shutDesk = (clock: Clock): AccountDesk =>
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
    stored: {
      ...NO_ACCOUNTS,
      accounts: [accountOf('kraken', { keys: { kraken: 'kraken-1' } })],
      keys: [
        {
          id: 'kraken-1',
          kind: 'kraken',
          label: 'Kraken trading',
          entity: 'global',
          active: true,
          masked: 'aB3d…9xYz',
          createdAtMs: 1,
          health: [{ feed: 'kraken:spot', verdict: 'good', findings: [...soundFindings], atMs: 1 }],
        },
      ],
    },
    make: () => err('no venue'),
    capabilitiesOf: () => NO_CAPABILITIES,
    workOn: () => ({ deals: 0, orders: 0 }),
    accountsChanged: () => undefined,
    inventoryKept: () => [],
    trades: () => undefined,
    priceUsd: () => undefined,
    problem: () => undefined,
    alarm: () => undefined,
    acted: () => undefined,
  });
