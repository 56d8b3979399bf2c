import { describeBroker } from './broker.contract.ts';

describeBroker({
  feed: 'coinbase:perp',
  instrument: 'BTC-USDC-PERP',
  postOnlyRefusedAtOnce: true,
  unsafeAccounts: [],
  ban: 'authentication',
});
