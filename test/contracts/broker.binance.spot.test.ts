import { describeBroker } from './broker.contract.ts';

describeBroker({ feed: 'binance:spot', instrument: 'BTC-USDT', postOnlyRefusedAtOnce: true, unsafeAccounts: [] });
