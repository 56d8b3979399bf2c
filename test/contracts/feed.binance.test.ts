import { feedContract } from './feed.contract.ts';

feedContract({
  feed: 'binance:spot',
  listings: ['BTC-USDT', 'BTC-USDC', 'ETH-USDT', 'ETH-USDC', 'SOL-USDT', 'SOL-USDC', 'USDC-USDT'],
  isDelta: (text) => text.includes('"e":"depthUpdate"'),
  isControl: (text) => !text.includes('"e":'),
  heartbeats: false,
  lostDelta: 'gap',
  lostDeltaReconnects: false,
  strangerFrame: '{"e":"depthUpdate","E":1760000000000,"s":"XRPUSDT","U":1,"u":2,"b":[["1.0","2.0"]],"a":[]}',
  brokenFrames: [
    '{"e":"depthUpdate","E":1760000000000,"s":"BTCUSDT","U":1,"u":2,"b":[["1.0",2.0]],"a":[]}',
    '{"e":"depthUpdate","E":1760000000000,"s":"ETHUSDT","U":"1","u":2,"b":[],"a":[]}',
    '{"e":"depthUpdate","E":1760000000000,"s":"SOLUSDT","U":1,"u":2,"b":[["-1.0","2.0"]],"a":[]}',
    '{"e":"depthUpdate","E":1760000000000,"U":1,"u":2,"b":[],"a":[]}',
    '{"e":"trade","E":1760000000000,"s":"BTCUSDT","t":1,"p":"0","q":"1","T":1760000000000,"m":true}',
    '{"e":"trade","E":1760000000000,"s":"BTCUSDT","t":1,"p":"1","q":"1","T":1760000000000,"m":"yes"}',
  ],
  misname: (body) => body.replaceAll('"SOLUSDC"', '"SOLXUSDC"'),
  misnamed: 'SOL-USDC',
  renamed: 'SOL-USDC',
  tellsRefusal: false,
  skewToleranceMs: 5,
});
