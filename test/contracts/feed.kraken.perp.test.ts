import { feedContract } from './feed.contract.ts';

const delta = (symbol: string, rest: string) => `{"feed":"book","product_id":"${symbol}","side":"buy",${rest}}`;

feedContract({
  feed: 'kraken:perp',
  listings: ['BTC-USD-PERP', 'ETH-USD-PERP', 'SOL-USD-PERP'],
  isDelta: (text) => text.startsWith('{"feed":"book",'),
  isControl: (text) => text.includes('"event"') || text.includes('"heartbeat"'),
  heartbeats: true,
  lostDelta: 'gap',
  lostDeltaReconnects: false,
  strangerFrame: delta('PF_XRPUSD', '"seq":5,"price":1.0,"qty":2.0,"timestamp":1786047745831'),
  brokenFrames: [
    delta('PF_XBTUSD', '"seq":5,"price":"1.0","qty":2.0,"timestamp":1786047745831'),
    delta('PF_ETHUSD', '"seq":"5","price":1.0,"qty":2.0,"timestamp":1786047745831'),
    delta('PF_SOLUSD', '"seq":5,"price":1.0,"qty":-2.0,"timestamp":1786047745831'),
    '{"feed":"book_snapshot","product_id":"PF_XBTUSD","timestamp":1786047745831,"seq":5,"tickSize":null,"bids":{},"asks":[]}',
    '{"product_id":"PF_XBTUSD","feed":"trade","uid":"a","side":"up","type":"fill","time":1786046342957,"qty":1.0,"price":2.0,"seq":1}',
    '{"time":1786046342957,"product_id":"PF_XBTUSD","feed":"ticker","suspended":"no"}',
    '{"event":"pewpewpew"}',
  ],
  misname: (body) => body.replaceAll('"symbol":"PF_SOLUSD"', '"symbol":"PF_SOLXUSD"'),
  misnamed: 'SOLX-USD-PERP',
  renamed: 'SOL-USD-PERP',
  tellsRefusal: true,
  skewToleranceMs: 5,
  // Hour by hour, for as long as anyone remembers; that it could be otherwise is tested with the decoder.
  changesInterval: false,
});
