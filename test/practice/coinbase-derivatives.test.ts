import { expect, test } from 'vitest';
import { real } from '#main/practice/wire/coinbase-derivatives/numbers';
import { BookCopy } from './book-copy.ts';
import type { Json } from './client.ts';
import { at, cause, has, lift, list, parse, Recorder, stand } from './client.ts';

const SOCKET = 'wss://streams.drb.coinbase.com/ws/api/v2';
const API = 'https://drb.coinbase.com/api/v2/public';
const NAME = 'BTC_USDC-PERPETUAL';
const FEED = 'coinbase:perp';

const call = (id: number, method: string, params: object = {}): object => ({
  jsonrpc: '2.0',
  id,
  method: `public/${method}`,
  params,
});
const subscribe = (...channels: string[]): object => call(1, 'subscribe', { channels });
const onChannel = (recorder: Recorder, channel: string): Json[] =>
  recorder
    .json()
    .filter((frame) => has(frame, 'params') && has(at(frame, 'params'), 'channel'))
    .filter((frame) => at(frame, 'params', 'channel') === channel)
    .map((frame) => at(frame, 'params', 'data'));
const answers = (recorder: Recorder): Json[] => recorder.json().filter((frame) => has(frame, 'usIn'));

test.each([
  [0, '0.0'],
  [100, '100.0'],
  [1000, '1.0e3'],
  [2200, '2.2e3'],
  [1054, '1054.0'],
  [308_897, '308897.0'],
  [86_700, '8.67e4'],
  [86_776, '86776.0'],
  [86_778.14, '86778.14'],
  [0.001, '0.001'],
  [0.0002, '0.0002'],
  [0.00012, '1.2e-4'],
  [0.0001423, '1.423e-4'],
  [-0.0000515, '-5.15e-5'],
  [1e21, '1.0e21'],
])('writes %d as the gateway does: %s', (value, text) => {
  expect(real(value)).toBe(text);
  expect(Number(text)).toBe(value);
});

test('[MD-3] prev_change_id chains the changes from the snapshot on, and they rebuild the book', async () => {
  const { clock, transport, get } = stand();
  const channel = `book.${NAME}.100ms`;
  const recorder = new Recorder(transport, SOCKET, [subscribe(channel)]);
  clock.advanceBy(15_050);
  const book = parse((await get(`${API}/get_order_book?instrument_name=${NAME}&depth=10000`)).body);
  clock.advanceBy(200);
  const frames = onChannel(recorder, channel);
  expect(frames.length).toBeGreaterThan(50);
  expect(at(frames[0] ?? null, 'type')).toBe('snapshot');
  expect(has(frames[0] ?? null, 'prev_change_id')).toBe(false);
  const copy = new BookCopy();
  const wanted = JSON.stringify([at(book, 'result', 'bids'), at(book, 'result', 'asks')]);
  let reached = false;
  for (const [index, frame] of frames.entries()) {
    if (index > 0) {
      expect(at(frame, 'type')).toBe('change');
      expect(at(frame, 'prev_change_id')).toBe(at(frames[index - 1] ?? null, 'change_id'));
      expect(Number(at(frame, 'change_id'))).toBeGreaterThan(Number(at(frame, 'prev_change_id')));
    }
    for (const side of ['bids', 'asks'] as const) {
      const rows = list(at(frame, side));
      const prices = rows.map((row) => Number(at(row, 1)));
      expect(prices).toEqual([...prices].sort((a, b) => (side === 'bids' ? b - a : a - b)));
      for (const row of rows) {
        const [action, price, amount] = [at(row, 0), Number(at(row, 1)), Number(at(row, 2))];
        expect([action, amount === 0]).toEqual([action, action === 'delete']);
        expect([action, copy[side].has(price)]).toEqual([action, action !== 'new']);
        copy.set(side, String(price), String(amount));
      }
    }
    reached ||= JSON.stringify([copy.sorted('bids'), copy.sorted('asks')]) === wanted;
  }
  expect(reached).toBe(true);
});

test('[MD-3] a skipped change breaks the chain; a new subscription brings a new snapshot, a repeated one none', () => {
  const { clock, transport, practice } = stand();
  const channel = `book.${NAME}.100ms`;
  const recorder = new Recorder(transport, SOCKET, [subscribe(channel)]);
  clock.advanceBy(1_000);
  cause(practice, FEED, 'gap');
  clock.advanceBy(1_000);
  const frames = onChannel(recorder, channel);
  const broken = frames.filter(
    (frame, index) => index > 0 && at(frame, 'prev_change_id') !== at(frames[index - 1] ?? null, 'change_id'),
  );
  expect(broken.length).toBe(1);
  const snapshots = () => onChannel(recorder, channel).filter((frame) => at(frame, 'type') === 'snapshot').length;
  recorder.socket.send(JSON.stringify(subscribe(channel)));
  clock.advanceBy(500);
  expect(snapshots()).toBe(1);
  recorder.socket.send(JSON.stringify(call(5, 'unsubscribe', { channels: [channel] })));
  recorder.socket.send(JSON.stringify(subscribe(channel)));
  clock.advanceBy(500);
  expect(snapshots()).toBe(2);
});

test('leaves out of its answer what it does not have, and refuses what is not public', () => {
  const { clock, transport, practice } = stand();
  const recorder = new Recorder(transport, SOCKET, [
    subscribe('book.NOPE_USDC-PERPETUAL.100ms', `trades.${NAME}.100ms`, `book.${NAME}.50ms`),
    call(2, 'subscribe', { channels: [`book.${NAME}.raw`] }),
    call(3, 'get_time'),
    call(4, 'subscribe', { channels: 'all' }),
    call(5, 'set_heartbeat', { interval: 5 }),
    'not json',
  ]);
  clock.advanceBy(100);
  const said = answers(recorder);
  expect(at(said[0] ?? null, 'result')).toEqual([`trades.${NAME}.100ms`]);
  expect(said.slice(1).map((frame) => at(frame, 'error', 'code'))).toEqual([13778, -32601, -32602, -32602, 11050]);
  cause(practice, FEED, 'refuse-subscriptions');
  recorder.socket.send(JSON.stringify(subscribe(`book.${NAME}.100ms`)));
  clock.advanceBy(100);
  expect(at(answers(recorder).at(-1) ?? null, 'result')).toEqual([]);
});

test('asks for a sign of life and drops who gives none, and who never says a word', () => {
  const { clock, transport } = stand();
  const quiet = new Recorder(transport, SOCKET, [subscribe(`ticker.${NAME}.100ms`)]);
  const deaf = new Recorder(transport, SOCKET, [call(1, 'set_heartbeat', { interval: 10 })]);
  const answering = new Recorder(transport, SOCKET, [call(1, 'set_heartbeat', { interval: 10 })]);
  for (let second = 0; second < 45; second += 5) {
    clock.advanceBy(5_000);
    answering.socket.send(JSON.stringify(call(0, 'test')));
  }
  expect(deaf.closes).toEqual([{ code: 4000, reason: 'heartbeat close' }]);
  expect(quiet.closes.map(({ code }) => code)).toEqual([1011]);
  expect(answering.closes).toEqual([]);
  const asked = answering.json().filter((frame) => has(frame, 'method') && at(frame, 'method') === 'heartbeat');
  expect(asked.map((frame) => at(frame, 'params', 'type')).filter((type) => type === 'test_request').length).toBe(4);
});

test('[MD-7] the ticker’s rate is for eight hours, its history hour by hour', async () => {
  const { clock, transport, get } = stand();
  const recorder = new Recorder(transport, SOCKET, [subscribe(`ticker.${NAME}.100ms`)]);
  clock.advanceBy(5_000);
  const tickers = onChannel(recorder, `ticker.${NAME}.100ms`);
  expect(tickers.length).toBeGreaterThanOrEqual(4);
  const now = clock.wallMs();
  const history = parse(
    (
      await get(
        `${API}/get_funding_rate_history?instrument_name=${NAME}&start_timestamp=${now - 12 * 3_600_000}&end_timestamp=${now}`,
      )
    ).body,
  );
  const rows = list(at(history, 'result'));
  expect(rows.length).toBe(12);
  const last = rows.slice(-8).reduce<number>((sum, row) => sum + Number(at(row, 'interest_1h')), 0);
  expect(Number(at(rows.at(-1) ?? null, 'interest_8h'))).toBeCloseTo(last, 10);
  expect(Number(at(tickers.at(-1) ?? null, 'funding_8h'))).toBeCloseTo(last, 8);
  expect(Math.abs(Number(at(tickers.at(-1) ?? null, 'current_funding')))).toBeLessThan(0.05);
  expect((await get(`${API}/get_funding_rate_history?instrument_name=NOPE`)).status).toBe(400);
});

test('[MD-8] shows statuses in tickers, in locks of price indexes, in comings and goings, and in the catalogue', async () => {
  const { clock, transport, practice, get } = stand();
  const ticker = `ticker.${NAME}.100ms`;
  const recorder = new Recorder(transport, SOCKET, [
    subscribe(ticker, 'platform_state', 'instrument.state.future.USDC'),
  ]);
  const stateInCatalogue = async () => {
    const catalogue = parse((await get(`${API}/get_instruments?currency=USDC&kind=future`)).body);
    const found = list(at(catalogue, 'result')).find((row) => at(row, 'instrument_name') === NAME);
    return found === undefined ? null : [at(found, 'state'), at(found, 'is_active')];
  };
  const told = () => at(onChannel(recorder, ticker).at(-1) ?? null, 'state');
  clock.advanceBy(1_500);
  expect([told(), await stateInCatalogue()]).toEqual(['open', ['open', true]]);
  cause(practice, FEED, 'halt', { instrument: 'BTC-USDC-PERP' });
  clock.advanceBy(200);
  expect([told(), await stateInCatalogue()]).toEqual(['halted', ['halted', false]]);
  lift(practice, FEED, 'halt', 'BTC-USDC-PERP');
  practice.faults.setStatus(FEED, 'BTC-USDC-PERP', 'maintenance');
  clock.advanceBy(200);
  const locked = onChannel(recorder, 'platform_state').filter((row) => at(row, 'locked') === true);
  expect([locked.length > 0, at(locked[0] ?? null, 'price_index')]).toEqual([true, 'btc_usdc']);
  practice.faults.setStatus(FEED, 'BTC-USDC-PERP', 'delisted');
  clock.advanceBy(200);
  expect(await stateInCatalogue()).toBe(null);
  practice.faults.setStatus(FEED, 'BTC-USDC-PERP', 'normal');
  clock.advanceBy(200);
  const came = onChannel(recorder, 'instrument.state.future.USDC').map((row) => at(row, 'state'));
  expect([came, told()]).toEqual([['closed', 'created'], 'open']);
});

test('answers only on its hosts, and says when it is asked too often', async () => {
  const { clock, transport, practice, get } = stand();
  const other = new Recorder(transport, 'wss://drb.coinbase.com/ws/api/v1', []);
  clock.advanceBy(200);
  expect(other.closes.map(({ code }) => code)).toEqual([1008]);
  cause(practice, FEED, 'rate-limit');
  const limited = await get(`${API}/get_time`);
  expect([limited.status, at(parse(limited.body), 'error', 'code')]).toEqual([429, 10028]);
});
