import { describeBroker } from './broker.contract.ts';

describeBroker({
  feed: 'okx:spot',
  instrument: 'BTC-USDT',
  postOnlyRefusedAtOnce: false,
  unsafeAccounts: ['auto-borrow', 'account-level'],
});
