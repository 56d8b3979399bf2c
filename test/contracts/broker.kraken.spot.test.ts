import { describeBroker } from './broker.contract.ts';

describeBroker({ feed: 'kraken:spot', instrument: 'BTC-USD', postOnlyRefusedAtOnce: false, unsafeAccounts: [] });
