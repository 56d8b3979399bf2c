import { describeBroker } from './broker.contract.ts';

describeBroker({
  feed: 'bybit:perp',
  instrument: 'BTC-USDT-PERP',
  postOnlyRefusedAtOnce: false,
  unsafeAccounts: ['hedge-mode', 'account-level'],
});
