import { feedContract } from './feed.contract.ts';

const depth = (symbol: string, rest: string) =>
  `{"e":"depthUpdate","E":1760000000000,"T":1760000000000,"s":"${symbol}","ps":"${symbol}",${rest},"st":1}`;

feedContract({
  feed: 'binance:perp',
  listings: ['BTC-USDT-PERP', 'BTC-USDC-PERP', 'ETH-USDT-PERP', 'ETH-USDC-PERP', 'SOL-USDT-PERP', 'SOL-USDC-PERP'],
  isDelta: (text) => text.includes('"e":"depthUpdate"'),
  isControl: (text) => !text.includes('"e":'),
  heartbeats: false,
  lostDelta: 'gap',
  lostDeltaReconnects: false,
  strangerFrame: depth('XRPUSDT', '"U":1,"u":2,"pu":0,"b":[["1.0","2.0"]],"a":[]'),
  brokenFrames: [
    depth('BTCUSDT', '"U":1,"u":2,"pu":0,"b":[["1.0",2.0]],"a":[]'),
    depth('ETHUSDT', '"U":1,"u":2,"b":[],"a":[]'),
    depth('SOLUSDT', '"U":1,"u":2,"pu":0,"b":[["-1.0","2.0"]],"a":[]'),
    '{"e":"depthUpdate","E":1760000000000,"T":1760000000000,"U":1,"u":2,"pu":0,"b":[],"a":[]}',
    '{"e":"aggTrade","E":1760000000000,"a":1,"s":"BTCUSDT","p":"0","q":"1","f":1,"l":1,"T":1760000000000,"m":true}',
    '{"e":"aggTrade","E":1760000000000,"a":1,"s":"BTCUSDT","p":"1","q":"1","f":1,"l":1,"T":1760000000000,"m":"yes"}',
    '{"e":"markPriceUpdate","E":1760000000000,"s":"BTCUSDT","p":"x","i":"1","r":"0.0001","T":1760000000000}',
    '{"e":"contractInfo","E":1760000000000,"s":7,"ct":"PERPETUAL","cs":"TRADING"}',
  ],
  misname: (body) => body.replaceAll('"symbol":"SOLUSDT"', '"symbol":"SOLXUSDT"'),
  misnamed: 'SOL-USDT-PERP',
  renamed: 'SOL-USDT-PERP',
  tellsRefusal: false,
  skewToleranceMs: 5,
});
