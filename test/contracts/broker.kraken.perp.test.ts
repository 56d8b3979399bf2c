import { describeBroker } from './broker.contract.ts';

describeBroker({
  feed: 'kraken:perp',
  instrument: 'BTC-USD-PERP',
  postOnlyRefusedAtOnce: true,
  unsafeAccounts: [],
  feesTold: false,
});
