import fc from 'fast-check';
import { expect, test } from 'vitest';
import { orderBook } from '#main/app/decode';
import { INSPECTED_KINDS, type InspectedLine, inspectedText } from '#main/recording/inspected-line';
import { Inspector } from '#main/recording/inspector';
import type { TextLine } from '#main/recording/reader';
import { BUILT_FEEDS, protocolOf } from '#main/venues/feeds';
import type { FeedId } from '#shared/domain/ids';
import { SeededRandom } from '#shared/kernel/random';
import { VirtualClock } from '#shared/kernel/virtual-clock';

const AT = Date.UTC(2026, 4, 1);

function inspectorOf(feed: FeedId): Inspector {
  const clock = new VirtualClock(AT);
  return new Inspector({ protocol: protocolOf(feed), makeBook: orderBook, clock, random: new SeededRandom(1) });
}

async function inspectAll(feed: FeedId, texts: readonly string[]): Promise<InspectedLine[]> {
  const inspector = inspectorOf(feed);
  const lines: InspectedLine[] = [];
  for (const text of texts) lines.push(await inspector.inspect({ kind: 'text', text }));
  return lines;
}

const recorded = (feed: FeedId, frame: string, at = AT): string => JSON.stringify({ at, feed, ws: frame });
const bybitBook = (
  type: 'snapshot' | 'delta',
  u: number,
  bids: readonly string[][],
  asks: readonly string[][],
  ts = AT,
) =>
  JSON.stringify({
    topic: 'orderbook.50.BTCUSDT',
    ts,
    type,
    data: { s: 'BTCUSDT', b: bids, a: asks, u, seq: u },
    cts: ts,
  });

test('[MD-3] a book over snapshot, delta, gap and rebuild; prices and sizes exactly as sent', async () => {
  const frames = [
    bybitBook('delta', 4, [['100.10', '1.000']], []),
    bybitBook(
      'snapshot',
      5,
      [
        ['100.10', '1.000'],
        ['100.00', '2.0'],
      ],
      [['100.20', '3.50']],
    ),
    bybitBook('delta', 6, [['100.10', '0']], [['100.20', '3.500']]),
    bybitBook('delta', 6, [['100.10', '9']], []),
    bybitBook('delta', 8, [['100.05', '9']], []),
    bybitBook('delta', 9, [['100.05', '9']], []),
    bybitBook('snapshot', 20, [['99.90', '1.10']], [['100.00', '0.10']]),
  ];
  const lines = await inspectAll(
    'bybit:spot',
    frames.map((frame) => recorded('bybit:spot', frame)),
  );
  const base = { at: AT, instrument: 'BTC-USDT', derived: true };
  expect(lines).toEqual([
    { line: 1, kind: 'invalid', ...base, valid: false, detail: 'the book waits for its snapshot' },
    {
      line: 2,
      kind: 'book',
      ...base,
      bid: '100.10',
      bidSize: '1.000',
      ask: '100.20',
      askSize: '3.50',
      unit: 'base',
      sequence: '5',
      valid: true,
    },
    {
      line: 3,
      kind: 'book',
      ...base,
      bid: '100.00',
      bidSize: '2.0',
      ask: '100.20',
      askSize: '3.500',
      unit: 'base',
      sequence: '6',
      valid: true,
    },
    expect.objectContaining({ line: 4, kind: 'ignored', bid: '100.00', bidSize: '2.0', valid: true }),
    { line: 5, kind: 'gap', ...base, valid: false, detail: 'sequence gap' },
    { line: 6, kind: 'invalid', ...base, valid: false, detail: 'the book waits for its snapshot' },
    {
      line: 7,
      kind: 'book',
      ...base,
      bid: '99.90',
      bidSize: '1.10',
      ask: '100.00',
      askSize: '0.10',
      unit: 'base',
      sequence: '20',
      valid: true,
    },
  ]);
});

test('trades, references, acknowledgements, refusals, heartbeats and touch-only channels', async () => {
  const frames = [
    '{"topic":"publicTrade.BTCUSDT","ts":1777593600001,"type":"snapshot","data":[{"i":"a1","T":1777593600000,"p":"100.10","v":"0.50","S":"Sell","s":"BTCUSDT","BT":false}]}',
    '{"topic":"tickers.BTCUSDT","type":"snapshot","ts":1777593600001,"cs":1,"data":{"symbol":"BTCUSDT","markPrice":"100.50","indexPrice":"100.40","fundingRate":"-0.000120","nextFundingTime":"1777600800000","fundingIntervalHour":"4"}}',
    '{"topic":"tickers.BTCUSDT","type":"delta","ts":1777593600002,"cs":2,"data":{"symbol":"BTCUSDT","markPrice":"100.60"}}',
    '{"topic":"tickers.BTCUSDT","type":"delta","ts":1777593600003,"cs":3,"data":{"symbol":"BTCUSDT","lastPrice":"100.60"}}',
    '{"success":true,"ret_msg":"","conn_id":"c","req_id":"1","op":"subscribe"}',
    '{"success":false,"ret_msg":"error:handler not found,topic:x","conn_id":"c","req_id":"2","op":"subscribe"}',
    '{"success":true,"ret_msg":"pong","conn_id":"c","op":"ping"}',
    '{"topic":"orderbook.1.BTCUSDT","ts":1777593600004,"type":"snapshot","data":{"s":"BTCUSDT","b":[["100.10","1.20"]],"a":[["100.20","0.0030"]],"u":7,"seq":8}}',
    '{"topic":"kline.1.BTCUSDT","data":[],"ts":1777593600005,"type":"snapshot"}',
  ];
  const lines = await inspectAll(
    'bybit:perp',
    frames.map((frame) => recorded('bybit:perp', frame)),
  );
  expect(lines.map(({ kind }) => kind)).toEqual([
    'trade',
    'funding',
    'mark',
    'ignored',
    'ack',
    'error',
    'heartbeat',
    'bbo',
    'ignored',
  ]);
  expect(lines[0]).toMatchObject({
    instrument: 'BTC-USDT-PERP',
    trades: [{ price: '100.10', size: '0.50', takerSide: 'sell' }],
  });
  expect(lines[1]).toMatchObject({
    reference: { fundingRate: '-0.000120', markPrice: '100.50', fundingIntervalMs: '14400000' },
  });
  expect(lines[5]?.detail).toContain('handler not found');
  expect(lines[7]).toMatchObject({
    bid: '100.10',
    bidSize: '1.20',
    ask: '100.20',
    askSize: '0.0030',
    sequence: '7',
    valid: true,
  });
});

test('lines that are none of this feed’s frames are each said to be what they are', async () => {
  const lines = await inspectAll('bybit:spot', [
    '',
    recorded('okx:spot', 'pong'),
    JSON.stringify({ at: AT, feed: 'nonsense', ws: '{}' }),
    '{broken',
    '[1,2]',
    'null',
    JSON.stringify({ at: AT, feed: 'bybit:spot', ws: 5 }),
    JSON.stringify({ ws: '{}' }),
    JSON.stringify({ at: AT, feed: 'bybit:spot', ws64: 'AP8=' }),
    JSON.stringify({ at: AT, feed: 'bybit:spot', rest: { path: '/v5/market/time', body: '{}' } }),
    JSON.stringify({ at: AT, feed: 'bybit:spot', rest: { path: '/v5/market/time', body: '', status: 429 } }),
    JSON.stringify({ at: AT, feed: 'bybit:spot', socket: 1, closed: '1006' }),
    bybitBook('snapshot', 5, [['1.50', '2.00']], [['1.60', '3']]),
  ]);
  expect(lines.map(({ kind }) => kind)).toEqual([
    'ignored',
    'ignored',
    'ignored',
    'error',
    'error',
    'error',
    'error',
    'error',
    'error',
    'ignored',
    'error',
    'ignored',
    'book',
  ]);
  expect(lines.map(({ line }) => line)).toEqual(lines.map((_, index) => index + 1));
  expect(lines.slice(0, -1).every(({ detail }) => detail !== undefined)).toBe(true);
  // A frame by itself is taken as one, and it is said.
  expect(lines.at(-1)).toMatchObject({ at: null, bare: true, bid: '1.50', bidSize: '2.00' });
  for (const kind of ['too-long', 'cut'] as const) {
    const line = await inspectorOf('bybit:spot').inspect(kind === 'cut' ? { kind, text: '{"at"' } : { kind });
    expect(line.kind).toBe('error');
  }
});

test('answers over REST to any path are taken without a throw', async () => {
  for (const path of ['//[', '//', '?', '', 'http://[::1', '/api/v3/depth?symbol=%E0%A4%A', '/api/v3/depth?symbol=']) {
    const [line] = await inspectAll('binance:spot', [
      JSON.stringify({ at: AT, feed: 'binance:spot', rest: { path, body: '{}' } }),
    ]);
    expect(line?.kind, path).toBe('ignored');
  }
});

test('[MD-1] a live book of which too little is known takes a deeper snapshot, as its feed did', async () => {
  const levels = (side: 1 | -1, count: number) =>
    Array.from({ length: count }, (_, index) => [(100 + side * (index + 1) * 0.01).toFixed(2), '1.0']);
  const answer = (lastUpdateId: number, bids: string[][]) =>
    JSON.stringify({
      at: AT,
      feed: 'binance:spot',
      rest: {
        path: '/api/v3/depth?symbol=BTCUSDT&limit=1000',
        body: JSON.stringify({ lastUpdateId, bids, asks: levels(1, 100) }),
      },
    });
  const delta = (id: number, bids: string[][]) =>
    recorded('binance:spot', JSON.stringify({ e: 'depthUpdate', E: AT, s: 'BTCUSDT', U: id, u: id, b: bids, a: [] }));
  const gone = levels(-1, 70).map(([price]) => [price ?? '', '0.0']);
  const lines = await inspectAll('binance:spot', [
    delta(10, []),
    answer(10, levels(-1, 100)),
    answer(10, levels(-1, 100)),
    delta(11, gone),
    answer(11, levels(-1, 300).slice(70)),
    delta(12, [['99.00', '7.0']]),
  ]);
  expect(lines.map(({ kind, bid }) => [kind, bid])).toEqual([
    ['invalid', undefined],
    ['book', '99.99'],
    ['ignored', '99.99'],
    ['book', '99.29'],
    ['book', '99.29'],
    ['book', '99.29'],
  ]);
});

test('[MD-3] books of a socket that closed are not valid any more; a new socket waits for its own snapshot', async () => {
  const frame = bybitBook('snapshot', 5, [['1.50', '2.00']], [['1.60', '3']]);
  const on = (socket: number, ws: string) => JSON.stringify({ at: AT, feed: 'bybit:spot', ws, socket });
  const lines = await inspectAll('bybit:spot', [
    on(1, frame),
    JSON.stringify({ at: AT, feed: 'bybit:spot', socket: 1, closed: '1006 reset' }),
    on(2, bybitBook('delta', 6, [['1.55', '1']], [])),
    on(2, frame),
  ]);
  expect(lines.map(({ kind, valid }) => [kind, valid])).toEqual([
    ['book', true],
    ['invalid', undefined],
    ['invalid', false],
    ['book', true],
  ]);
  expect(lines[1]?.detail).toBe('the socket closed: 1006 reset; 1 books are not valid any more');
});

test.for(BUILT_FEEDS)('[MD-4] %s: nothing throws, one line comes of each, whatever it is (seed 71)', async (feed) => {
  const seeds = [
    bybitBook('snapshot', 5, [['1.50', '2.00']], [['1.60', '3']]),
    '{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":1,"u":2,"pu":0,"b":[["1","2"]],"a":[]}',
    '{"arg":{"channel":"books","instId":"BTC-USDT"},"action":"snapshot","data":[{"asks":[["2","1","0","1"]],"bids":[],"ts":"1","checksum":0,"prevSeqId":-1,"seqId":1}]}',
    '{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[{"price":1.0,"qty":2.00}],"asks":[],"checksum":1}]}',
    '{"feed":"book_snapshot","product_id":"PF_XBTUSD","timestamp":1,"seq":1,"bids":[{"price":1,"qty":2}],"asks":[]}',
    '{"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.BTC_USDC-PERPETUAL.100ms","data":{"bids":[["new",1.0,2.0]],"asks":[]}}}',
  ];
  const inspector = inspectorOf(feed);
  let count = 0;
  const line = fc.oneof(
    fc.string(),
    fc.json(),
    fc.tuple(fc.constantFrom(...seeds), fc.nat(), fc.string({ maxLength: 3 })).map(([text, at, patch]) => {
      const place = at % (text.length + 1);
      return `${text.slice(0, place)}${patch}${text.slice(place + patch.length)}`;
    }),
    fc.record({ path: fc.string(), body: fc.string() }).map((rest) => JSON.stringify({ at: AT, feed, rest })),
  );
  await fc.assert(
    fc.asyncProperty(line, fc.constantFrom('bare', 'ws', 'ws64'), async (text, how) => {
      const ws64 = Buffer.from(text).toString('base64');
      const wrapped =
        how === 'bare' ? text : JSON.stringify({ at: AT, feed, ...(how === 'ws' ? { ws: text } : { ws64 }) });
      const given: TextLine = { kind: 'text', text: wrapped };
      const told = await inspector.inspect(given);
      count += 1;
      expect(told.line).toBe(count);
      expect(INSPECTED_KINDS).toContain(told.kind);
      expect(JSON.stringify(told)).not.toContain('\n');
      expect(inspectedText(told)).not.toContain('\n');
    }),
    { seed: 71, numRuns: 300, endOnFailure: true },
  );
});

test('[MD-3] frames that a venue numbers from 0 on each connection: the next connection begins anew, its snapshot counts', async () => {
  const frame = (number: number, type: 'snapshot' | 'update', bid: string) =>
    JSON.stringify({
      channel: 'l2_data',
      client_id: '',
      timestamp: '2026-05-01T00:00:00.000001Z',
      sequence_num: number,
      events: [
        {
          type,
          product_id: 'BTC-USD',
          updates: [
            { side: 'bid', event_time: '2026-05-01T00:00:00.000001Z', price_level: bid, new_quantity: '1.50000000' },
            { side: 'offer', event_time: '2026-05-01T00:00:00.000001Z', price_level: '200.00', new_quantity: '0.10' },
          ],
        },
      ],
    });
  const lines = await inspectAll('coinbase:spot', [
    recorded('coinbase:spot', frame(0, 'snapshot', '100.10')),
    recorded('coinbase:spot', frame(1, 'update', '100.20')),
    recorded('coinbase:spot', frame(3, 'update', '100.30')),
    recorded('coinbase:spot', frame(0, 'snapshot', '100.40')),
    recorded('coinbase:spot', frame(1, 'update', '100.500')),
  ]);
  expect(lines.map(({ kind, bid, valid }) => [kind, bid, valid])).toEqual([
    ['book', '100.10', true],
    ['book', '100.20', true],
    ['gap', undefined, false],
    ['book', '100.40', true],
    ['book', '100.500', true],
  ]);
});

test('symbols of another product and contracts are followed under their own names, sizes as sent', async () => {
  const lines = await inspectAll('kraken:perp', [
    '{"feed":"book_snapshot","product_id":"PI_XBTUSD","timestamp":1777593600000,"seq":5,"tickSize":null,"bids":[{"price":100.50,"qty":2.0}],"asks":[{"price":101,"qty":3}]}',
  ]);
  expect(lines[0]).toMatchObject({
    kind: 'book',
    instrument: 'PI_XBTUSD',
    derived: true,
    bid: '100.50',
    bidSize: '2.0',
  });
});

test('digits stay as sent from frame to frame, also where a decoder remembers an instrument by itself', async () => {
  const book = (type: string, price: string, qty: string) =>
    `{"channel":"book","type":"${type}","data":[{"symbol":"BTC/USD","bids":[{"price":${price},"qty":${qty}}],` +
    `"asks":[{"price":200.10,"qty":1.00}],"checksum":0,"timestamp":"2026-05-01T00:00:00.000000Z"}]}`;
  const futures = (seq: number, price: string, qty: string) =>
    `{"feed":"book","product_id":"PF_XBTUSD","side":"buy","seq":${seq},"price":${price},"qty":${qty},"timestamp":1777593600000}`;
  const snapshot =
    '{"feed":"book_snapshot","product_id":"PF_XBTUSD","timestamp":1777593600000,"seq":5,"tickSize":null,' +
    '"bids":[{"price":100.50,"qty":2.0}],"asks":[{"price":101.00,"qty":3}]}';
  const lines = await inspectAll('kraken:perp', [snapshot, futures(6, '100.60', '1.50'), futures(7, '100.70', '0.10')]);
  expect(lines.map(({ bid, bidSize }) => [bid, bidSize])).toEqual([
    ['100.50', '2.0'],
    ['100.60', '1.50'],
    ['100.70', '0.10'],
  ]);
  expect((await inspectAll('kraken:spot', [book('snapshot', '100.10', '1.50000000')]))[0]).toMatchObject({
    kind: 'invalid',
    instrument: 'BTC-USD',
    valid: false,
  });
});
