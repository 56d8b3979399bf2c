import { feedContract } from './feed.contract.ts';

const book = (symbol: string, rest: string) =>
  `{"topic":"orderbook.50.${symbol}","ts":1760000000000,"type":"delta","data":{"s":"${symbol}",${rest}},"cts":1760000000000}`;

feedContract({
  feed: 'bybit:spot',
  listings: ['BTC-USDT', 'BTC-USDC', 'ETH-USDT', 'ETH-USDC', 'SOL-USDT', 'SOL-USDC', 'USDC-USDT'],
  isDelta: (text) => text.includes('"orderbook.') && text.includes('"delta"'),
  isControl: (text) => !text.includes('"topic"'),
  heartbeats: false,
  lostDelta: 'gap',
  lostDeltaReconnects: false,
  strangerFrame: book('XRPUSDT', '"b":[["1.0","2.0"]],"a":[],"u":2,"seq":5'),
  brokenFrames: [
    book('BTCUSDT', '"b":[["1.0",2.0]],"a":[],"u":2,"seq":5'),
    book('ETHUSDT', '"b":[],"a":[],"u":"2","seq":5'),
    book('SOLUSDT', '"b":{},"a":[],"u":2,"seq":5'),
    '{"topic":"orderbook.50.BTCUSDT","ts":1760000000000,"type":"delta"}',
    '{"topic":"publicTrade.BTCUSDT","ts":1760000000000,"type":"snapshot","data":[{"s":"BTCUSDT","T":1,"S":"Hold","v":"1","p":"1","i":"1"}]}',
    '{"topic":"publicTrade.BTCUSDT","ts":1760000000000,"type":"snapshot","data":[7]}',
    '{"op":"pewpewpew"}',
  ],
  misname: (body) => body.replaceAll('"symbol":"SOLUSDC"', '"symbol":"SOLXUSDC"'),
  misnamed: 'SOL-USDC',
  renamed: 'SOL-USDC',
  tellsRefusal: true,
  skewToleranceMs: 5,
});
