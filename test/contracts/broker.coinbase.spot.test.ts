import { describeBroker } from './broker.contract.ts';

describeBroker({
  feed: 'coinbase:spot',
  instrument: 'BTC-USD',
  postOnlyRefusedAtOnce: true,
  unsafeAccounts: [],
  ban: 'authentication',
});
