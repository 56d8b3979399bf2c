import { feedContract } from './feed.contract.ts';

const book = (instId: string, row: string) =>
  `{"arg":{"channel":"books","instId":"${instId}"},"action":"update","data":[${row}]}`;

feedContract({
  feed: 'okx:perp',
  listings: ['BTC-USDT-PERP', 'BTC-USDC-PERP', 'ETH-USDT-PERP', 'ETH-USDC-PERP', 'SOL-USDT-PERP', 'SOL-USDC-PERP'],
  isDelta: (text) => text.includes('"books"') && text.includes('"update"'),
  isControl: (text) => text === 'pong' || text.includes('"event"'),
  heartbeats: true,
  lostDelta: 'gap',
  lostDeltaReconnects: false,
  strangerFrame: book(
    'XRP-USDT-SWAP',
    '{"asks":[],"bids":[["1","2","0","1"]],"ts":"1760000000000","checksum":0,"seqId":2,"prevSeqId":1}',
  ),
  brokenFrames: [
    book('BTC-USDT-SWAP', '{"asks":[],"bids":[["1"]],"ts":"1760000000000","seqId":2,"prevSeqId":1}'),
    book('ETH-USDT-SWAP', '{"asks":[],"bids":[],"ts":"1760000000000","seqId":"2","prevSeqId":1}'),
    book('SOL-USDT-SWAP', '{"asks":[],"bids":[],"ts":"1760000000000","seqId":2}'),
    '{"arg":{"channel":"books","instId":"BTC-USDT-SWAP"},"data":[]}',
    '{"arg":{"channel":"mark-price","instId":"BTC-USDT-SWAP"},"data":[{"markPx":"0","ts":"1760000000000"}]}',
    '{"arg":{"channel":"index-tickers","instId":"BTC-USDT"},"data":[{"idxPx":"","ts":"1760000000000"}]}',
    '{"arg":{"channel":"funding-rate","instId":"BTC-USDT-SWAP"},"data":[{"instId":"BTC-USDT-SWAP","fundingRate":"x","ts":"1760000000000"}]}',
  ],
  misname: (body) => body.replaceAll('"instId":"SOL-USDC-SWAP"', '"instId":"SOL-USDC_UM-SWAP"'),
  misnamed: 'SOL-USDC-PERP',
  renamed: 'SOL-USDC-PERP',
  tellsRefusal: true,
  skewToleranceMs: 5,
  checksummed: true,
});
