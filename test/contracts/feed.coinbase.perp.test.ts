import { feedContract } from './feed.contract.ts';

const notification = (channel: string, data: string) =>
  `{"jsonrpc":"2.0","method":"subscription","params":{"channel":"${channel}","data":${data}}}`;
const book = (name: string, rest: string) =>
  notification(`book.${name}.100ms`, `{"timestamp":1790133842703,"type":"change",${rest},"instrument_name":"${name}"}`);

feedContract({
  feed: 'coinbase:perp',
  listings: ['BTC-USDC-PERP', 'ETH-USDC-PERP', 'SOL-USDC-PERP'],
  isDelta: (text) => text.includes('"channel":"book.') && text.includes('"type":"change"'),
  isControl: (text) => text.includes('"method":"heartbeat"') || text.includes('"version"'),
  heartbeats: true,
  lostDelta: 'gap',
  lostDeltaReconnects: false,
  strangerFrame: book('XRP_USDC-PERPETUAL', '"change_id":2,"bids":[["new",1.1,2.0]],"asks":[],"prev_change_id":1'),
  brokenFrames: [
    '{"jsonrpc":"2.0","method":"subscription"}',
    '{"jsonrpc":"2.0","method":"subscription","params":{"data":{}}}',
    '{"jsonrpc":"2.0","id":1}',
    '{"jsonrpc":"2.0","id":{},"result":[]}',
    '{"jsonrpc":"2.0","id":1,"error":"no"}',
    notification('book.BTC_USDC-PERPETUAL.100ms', '[]'),
    notification('trades.BTC_USDC-PERPETUAL.100ms', '{}'),
    notification('platform_state', '{"locked":"true","price_index":"btc_usdc"}'),
    notification('instrument.state.future.USDC', '{"state":"closed"}'),
    notification('ticker.SOL_USDC-PERPETUAL.100ms', '{"instrument_name":"SOL_USDC-PERPETUAL","mark_price":"1"}'),
    book('BTC_USDC-PERPETUAL', '"change_id":2,"bids":[["new","1.1",2.0]],"asks":[],"prev_change_id":1'),
    book('ETH_USDC-PERPETUAL', '"change_id":2,"bids":[["moved",1.1,2.0]],"asks":[],"prev_change_id":1'),
    book('SOL_USDC-PERPETUAL', '"change_id":2,"bids":[],"asks":[]'),
  ],
  misname: (body) =>
    body.replaceAll('"instrument_name":"SOL_USDC-PERPETUAL"', '"instrument_name":"SOLX_USDC-PERPETUAL"'),
  misnamed: 'SOL-USDC-PERP',
  renamed: 'SOL-USDC-PERP',
  tellsRefusal: true,
  skewToleranceMs: 5,
  settles: false,
  changesInterval: false,
});
