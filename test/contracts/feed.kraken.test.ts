import { feedContract } from './feed.contract.ts';

const book = (symbol: string, rest: string) =>
  `{"channel":"book","type":"update","data":[{"symbol":"${symbol}",${rest}}]}`;

feedContract({
  feed: 'kraken:spot',
  listings: [
    ...['BTC', 'ETH', 'SOL'].flatMap((base) => [`${base}-USD`, `${base}-USDC`, `${base}-USDT`]),
    'USDT-USD',
    'USDC-USD',
    'USDC-USDT',
  ],
  isDelta: (text) => text.includes('"channel":"book"') && text.includes('"update"'),
  isControl: (text) => !text.includes('"data"'),
  heartbeats: true,
  lostDelta: 'checksum',
  lostDeltaReconnects: false,
  strangerFrame: book('XRP/USD', '"bids":[{"price":1.0,"qty":2.0}],"asks":[],"checksum":1'),
  brokenFrames: [
    book('BTC/USD', '"bids":[{"price":"1.0","qty":2.0}],"asks":[],"checksum":1'),
    book('ETH/USD', '"bids":[],"asks":[],"checksum":"1"'),
    book('SOL/USD', '"bids":[],"checksum":1'),
    book('BTC/USDT', '"bids":[],"asks":[],"checksum":1,"timestamp":"yesterday"'),
    '{"channel":"book","type":"update","data":[]}',
    '{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":-1,"qty":1,"trade_id":1,"timestamp":"2026-10-09T08:00:00Z"}]}',
  ],
  misname: (body) =>
    body.replaceAll(
      '"altname":"SOLUSDC","wsname":"SOL/USDC","aclass_base":"currency","base":"SOL"',
      '"altname":"SOLUSDC","wsname":"SOL/USDC","aclass_base":"currency","base":"SOLX"',
    ),
  misnamed: 'SOLX-USDC',
  renamed: 'SOL-USDC',
  tellsRefusal: true,
  // Its clock is told in whole seconds.
  skewToleranceMs: 150,
  checksummed: true,
});
