import { feedContract } from './feed.contract.ts';

const book = (symbol: string, rest: string) =>
  `{"topic":"orderbook.50.${symbol}","ts":1760000000000,"type":"delta","data":{"s":"${symbol}",${rest}},"cts":1760000000000}`;

feedContract({
  feed: 'bybit:perp',
  listings: ['BTC-USDT-PERP', 'BTC-USDC-PERP', 'ETH-USDT-PERP', 'ETH-USDC-PERP', 'SOL-USDT-PERP', 'SOL-USDC-PERP'],
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
    '{"topic":"tickers.BTCUSDT","ts":1760000000000,"type":"delta","cs":1,"data":{"symbol":"BTCUSDT","markPrice":"x"}}',
    '{"topic":"publicTrade.BTCUSDT","ts":1760000000000,"type":"snapshot","data":[7]}',
    '{"op":"pewpewpew"}',
  ],
  misname: (body) => body.replaceAll('"symbol":"SOLUSDT"', '"symbol":"SOLXUSDT"'),
  misnamed: 'SOL-USDT-PERP',
  renamed: 'SOL-USDT-PERP',
  tellsRefusal: true,
  skewToleranceMs: 5,
});
