import { describeBroker } from './broker.contract.ts';

describeBroker({
  feed: 'bybit:spot',
  instrument: 'BTC-USDT',
  postOnlyRefusedAtOnce: false,
  unsafeAccounts: ['auto-borrow', 'account-level'],
});
