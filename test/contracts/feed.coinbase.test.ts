import { feedContract } from './feed.contract.ts';

const level2 = (event: string) =>
  `{"channel":"l2_data","client_id":"","timestamp":"2026-10-09T08:00:00Z","sequence_num":SEQ,"events":[${event}]}`;

feedContract({
  feed: 'coinbase:spot',
  listings: [
    ...['BTC', 'ETH', 'SOL'].flatMap((base) => [`${base}-USD`, `${base}-USDT`, `${base}-USDC`]),
    'USDT-USD',
    'USDT-USDC',
  ],
  isDelta: (text) => text.includes('"l2_data"') && text.includes('"update"'),
  isControl: (text) => text.includes('"heartbeats"'),
  heartbeats: true,
  lostDelta: 'gap',
  lostDeltaReconnects: true,
  strangerFrame: level2(
    '{"type":"update","product_id":"XRP-USD","updates":[{"side":"bid","event_time":"2026-10-09T08:00:00Z","price_level":"1.1","new_quantity":"2"}]}',
  ),
  brokenFrames: [
    '{"channel":"l2_data","timestamp":"2026-10-09T08:00:00Z","events":[]}',
    '{"channel":"l2_data","timestamp":"2026-10-09T08:00:00Z","sequence_num":"5","events":[]}',
    '{"channel":"l2_data","timestamp":"2026-10-09T08:00:00Z","sequence_num":5}',
    '{"sequence_num":0,"events":[]}',
    level2('{"type":"update","product_id":"BTC-USD","updates":[{"side":"buy","price_level":"1","new_quantity":"1"}]}'),
    level2('{"type":"update","product_id":"BTC-USD","updates":[{"side":"bid","price_level":1.5,"new_quantity":"1"}]}'),
    level2('{"type":"moo","product_id":"ETH-USD","updates":[]}'),
    level2('{"type":"update","updates":[]}'),
  ],
  misname: (body) => body.replaceAll('"product_id":"SOL-USDT"', '"product_id":"SOLX-USDT"'),
  misnamed: 'SOL-USDT',
  renamed: 'SOL-USDT',
  tellsRefusal: true,
  skewToleranceMs: 5,
});
