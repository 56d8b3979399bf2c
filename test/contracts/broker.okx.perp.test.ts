import { describeBroker } from './broker.contract.ts';

describeBroker({
  feed: 'okx:perp',
  instrument: 'BTC-USDT-PERP',
  postOnlyRefusedAtOnce: false,
  unsafeAccounts: ['hedge-mode', 'auto-borrow', 'account-level'],
});
