import { feedContract } from './feed.contract.ts';

const book = (instId: string, row: string) =>
  `{"arg":{"channel":"books","instId":"${instId}"},"action":"update","data":[${row}]}`;

feedContract({
  feed: 'okx:spot',
  listings: [...['BTC', 'ETH', 'SOL'].flatMap((base) => [`${base}-USD`, `${base}-USDC`, `${base}-USDT`]), 'USDC-USDT'],
  isDelta: (text) => text.includes('"books"') && text.includes('"update"'),
  isControl: (text) => text === 'pong' || text.includes('"event"'),
  heartbeats: true,
  lostDelta: 'gap',
  lostDeltaReconnects: false,
  strangerFrame: book(
    'XRP-USDT',
    '{"asks":[],"bids":[["1","2","0","1"]],"ts":"1760000000000","checksum":0,"prevSeqId":1,"seqId":2}',
  ),
  brokenFrames: [
    book('BTC-USDT', '{"asks":[],"bids":[["1"]],"ts":"1760000000000","prevSeqId":1,"seqId":2}'),
    book('ETH-USDT', '{"asks":[],"bids":[],"ts":"1760000000000","prevSeqId":1,"seqId":"2"}'),
    book('SOL-USDT', '{"asks":[],"bids":[],"prevSeqId":1,"seqId":2}'),
    book('SOL-USDC', '7'),
    '{"arg":{"channel":"books","instId":"BTC-USDT"},"data":[]}',
    '{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","tradeId":"1","px":"0","sz":"1","side":"buy","ts":"1"}]}',
  ],
  misname: (body) => body.replaceAll('"instId":"SOL-USDC"', '"instId":"SOLX-USDC"'),
  misnamed: 'SOL-USDC',
  renamed: 'SOL-USDC',
  tellsRefusal: true,
  skewToleranceMs: 5,
  checksummed: true,
});
