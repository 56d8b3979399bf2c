import { describeBroker } from './broker.contract.ts';

describeBroker({
  feed: 'binance:perp',
  instrument: 'BTC-USDT-PERP',
  postOnlyRefusedAtOnce: true,
  unsafeAccounts: ['hedge-mode', 'isolated'],
});
