import { expect, test } from 'vitest';
import { Reallocation } from '#engine/ledger/reallocation';
import type { JournalEntry } from '#shared/domain/journal';
import { decimal } from '#shared/money/decimal';
import { DealRig } from '../../support/deal-rig.ts';

test('[RK-3] [IN-1] an inventory worth more than its hard bound is not taken in, whoever wrote it; what is within is', () => {
  const { ledger, market, journal } = new DealRig();
  const wanted = { BTC: '2000', ETH: '1' };
  let price = decimal('50001');
  const rows: JournalEntry[] = [];
  const reallocation = new Reallocation({
    source: {
      wanted: () => [
        {
          venue: 'kraken',
          account: 'paper',
          lines: Object.entries(wanted).map(([currency, text]) => ({ currency, quantity: decimal(text) })),
        },
      ],
      settle: () => undefined,
    },
    ledger,
    listings: () => market.listings(),
    priceUsd: (currency) => (currency === 'BTC' ? price : undefined),
    record: (added) => {
      rows.push(...added);
      journal.record(added);
    },
    alarm: () => undefined,
  });
  reallocation.align();
  const taken = () => rows.filter((row) => row.kind === 'inventory-allocated' && row.currency === 'BTC');
  expect(taken()).toEqual([]);
  expect(reallocation.kept('kraken')).toContain(
    '1999 BTC are not taken in. BTC: 2000 are worth 100002000 USD, above the hard maximum of 100000000 USD.',
  );
  price = decimal('50000');
  reallocation.align();
  expect(taken()).toMatchObject([{ venue: 'kraken', quantity: '1999', priceUsd: '50000' }]);
});
