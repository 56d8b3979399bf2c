import { expect, test } from 'vitest';
import { BookCopy } from './book-copy.ts';
import type { Json } from './client.ts';
import { at, cause, has, list, parse, Recorder, stand } from './client.ts';

const SOCKET = 'wss://advanced-trade-ws.coinbase.com';

function apply(copy: BookCopy, frame: Json): void {
  for (const event of list(at(frame, 'events'))) {
    if (at(event, 'type') === 'snapshot') copy.clear();
    for (const update of list(at(event, 'updates'))) {
      const side = at(update, 'side') === 'bid' ? 'bids' : 'asks';
      copy.set(side, String(at(update, 'price_level')), String(at(update, 'new_quantity')));
    }
  }
}

const onChannel = (frames: readonly Json[], channel: string): Json[] =>
  frames.filter((frame) => has(frame, 'channel') && at(frame, 'channel') === channel);

test('[MD-3] sequence numbers count over all channels of the socket, and level2 rebuilds the book', async () => {
  const { clock, transport, get } = stand();
  const recorder = new Recorder(transport, SOCKET, [
    { type: 'subscribe', channel: 'heartbeats' },
    { type: 'subscribe', channel: 'level2', product_ids: ['BTC-USD', 'ETH-USDT'] },
    { type: 'subscribe', channel: 'market_trades', product_ids: ['BTC-USD'] },
  ]);
  clock.advanceBy(15_000);
  const book = parse(
    (await get('https://api.coinbase.com/api/v3/brokerage/market/product_book?product_id=BTC-USD')).body,
  );
  const frames = recorder.json();
  expect(frames.map((frame) => at(frame, 'sequence_num'))).toEqual(frames.map((_, index) => index));
  expect(onChannel(frames, 'heartbeats').length).toBeGreaterThanOrEqual(14);
  expect(onChannel(frames, 'market_trades').length).toBeGreaterThan(5);
  // REST is asked between two book changes at most: one of the last copies must be that book.
  const copy = new BookCopy();
  const wanted = JSON.stringify(
    ['bids', 'asks'].map((side) =>
      list(at(book, 'pricebook', side)).map((row) => [Number(at(row, 'price')), Number(at(row, 'size'))]),
    ),
  );
  const reached = onChannel(frames, 'l2_data')
    .filter((frame) => at(frame, 'events', 0, 'product_id') === 'BTC-USD')
    .some((frame) => {
      apply(copy, frame);
      return JSON.stringify([copy.sorted('bids'), copy.sorted('asks')]) === wanted;
    });
  expect(reached).toBe(true);
});

test('[MD-3] a skipped delta uses its sequence number up', () => {
  const { clock, transport, practice } = stand();
  const recorder = new Recorder(transport, SOCKET, [
    { type: 'subscribe', channel: 'level2', product_ids: ['BTC-USD'] },
  ]);
  clock.advanceBy(1_000);
  cause(practice, 'coinbase:spot', 'gap');
  clock.advanceBy(1_000);
  const numbers = recorder.json().map((frame) => Number(at(frame, 'sequence_num')));
  const holes = numbers.filter((number, index) => index > 0 && number !== (numbers[index - 1] ?? 0) + 1);
  expect(holes.length).toBe(1);
});

test('[ID-3] BTC-USDC is the BTC-USD book under a second name', async () => {
  const { clock, transport, get } = stand();
  const recorder = new Recorder(transport, SOCKET, [
    { type: 'subscribe', channel: 'level2', product_ids: ['BTC-USDC'] },
  ]);
  clock.advanceBy(2_000);
  const products = new Set(onChannel(recorder.json(), 'l2_data').map((frame) => at(frame, 'events', 0, 'product_id')));
  expect([...products]).toEqual(['BTC-USD']);
  const alias = parse((await get('https://api.coinbase.com/api/v3/brokerage/market/products/BTC-USDC')).body);
  expect([at(alias, 'alias'), at(alias, 'quote_currency_id'), at(alias, 'alias_to')]).toEqual(['BTC-USD', 'USDC', []]);
  const own = parse((await get('https://api.coinbase.com/api/v3/brokerage/market/products/BTC-USD')).body);
  expect([at(own, 'alias'), at(own, 'alias_to')]).toEqual(['', ['BTC-USDC']]);
});

test('unknown channels, unknown products and nonsense are answered as the venue answers them', () => {
  const { clock, transport } = stand();
  const recorder = new Recorder(transport, SOCKET, [
    { type: 'subscribe', channel: 'heartbeat' },
    { type: 'subscribe', channel: 'level2', product_ids: ['GIBBERISH-USD'] },
    'not json',
    { type: 'shout' },
  ]);
  clock.advanceBy(200);
  const frames = recorder.json();
  expect(frames.map((frame) => at(frame, 'type'))).toEqual(['error', 'error', 'error', 'error']);
  expect(at(frames[0] ?? null, 'message')).toBe('authentication failure');
  expect(at(frames[1] ?? null, 'reason')).toBe('GIBBERISH-USD is not a valid product');
});

test('a connection that subscribes to nothing is closed after five seconds', () => {
  const { clock, transport } = stand();
  const recorder = new Recorder(transport, SOCKET, []);
  clock.advanceBy(4_900);
  expect(recorder.closes).toEqual([]);
  clock.advanceBy(300);
  expect(recorder.closes.length).toBe(1);
});

test('[MD-8] product flags carry the trading status, the status channel announces it', async () => {
  const { clock, transport, practice, get } = stand();
  const recorder = new Recorder(transport, SOCKET, [
    { type: 'subscribe', channel: 'status', product_ids: ['BTC-USD'] },
  ]);
  clock.advanceBy(100);
  practice.faults.setStatus('coinbase:spot', 'BTC-USD', 'cancel-only');
  practice.faults.setStatus('coinbase:spot', 'ETH-USD', 'post-only');
  clock.advanceBy(100);
  const url = 'https://api.coinbase.com/api/v3/brokerage/market/products';
  const bitcoin = parse((await get(`${url}/BTC-USD`)).body);
  expect([at(bitcoin, 'cancel_only'), at(bitcoin, 'post_only')]).toEqual([true, false]);
  const ether = parse((await get(`${url}/ETH-USDC`)).body);
  expect([at(ether, 'cancel_only'), at(ether, 'post_only')]).toEqual([false, true]);
  const updates = onChannel(recorder.json(), 'status').map((frame) => at(frame, 'events', 0, 'type'));
  expect(updates).toEqual(['snapshot', 'update']);
});

test('REST: futures are an empty list, unknown products are NOT_FOUND, candles need their bounds', async () => {
  const { get } = stand();
  const base = 'https://api.coinbase.com/api/v3/brokerage/market';
  expect(at(parse((await get(`${base}/products?product_type=FUTURE`)).body), 'products')).toEqual([]);
  const unknown = await get(`${base}/products/NOPE-USD`);
  expect([unknown.status, at(parse(unknown.body), 'error')]).toEqual([404, 'NOT_FOUND']);
  expect((await get(`${base}/products/BTC-USD/candles?granularity=ONE_MINUTE`)).status).toBe(400);
  expect((await get('https://api.coinbase.com/nothing')).status).toBe(404);
});
