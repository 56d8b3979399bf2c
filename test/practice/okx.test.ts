import { expect, test } from 'vitest';
import { BookCopy, numbers } from './book-copy.ts';
import type { Json } from './client.ts';
import { at, cause, has, parse, Recorder, stand } from './client.ts';

const SOCKET = 'wss://ws.okx.com:8443/ws/v5/public';
const subscribe = (channel: string, instId: string): object => ({ op: 'subscribe', args: [{ channel, instId }] });

const books = (recorder: Recorder): Json[] =>
  recorder.frames
    .filter((frame) => frame !== 'pong')
    .map(parse)
    .filter((frame) => has(frame, 'action'));

test('[MD-3] each prevSeqId is the seqId before it, the checksum is 0, and the updates rebuild the book', async () => {
  const { clock, transport, get } = stand();
  const recorder = new Recorder(transport, SOCKET, [subscribe('books', 'BTC-USDT')]);
  clock.advanceBy(15_000);
  const rest = parse((await get('https://www.okx.com/api/v5/market/books?instId=BTC-USDT&sz=400')).body);
  const frames = books(recorder);
  const copy = new BookCopy();
  const wanted = JSON.stringify([numbers(at(rest, 'data', 0, 'bids')), numbers(at(rest, 'data', 0, 'asks'))]);
  let reached = false;
  for (const [index, frame] of frames.entries()) {
    const before = index === 0 ? -1 : at(frames[index - 1] ?? null, 'data', 0, 'seqId');
    expect(at(frame, 'action')).toBe(index === 0 ? 'snapshot' : 'update');
    expect(at(frame, 'data', 0, 'prevSeqId')).toBe(before);
    expect(at(frame, 'data', 0, 'checksum')).toBe(0);
    copy.pairs('bids', at(frame, 'data', 0, 'bids'));
    copy.pairs('asks', at(frame, 'data', 0, 'asks'));
    reached ||= JSON.stringify([copy.sorted('bids'), copy.sorted('asks')]) === wanted;
  }
  expect(frames.length).toBeGreaterThan(50);
  expect(reached).toBe(true);
});

test('[MD-3] a skipped update breaks the chain of prevSeqId once', () => {
  const { clock, transport, practice } = stand();
  const recorder = new Recorder(transport, SOCKET, [subscribe('books', 'ETH-USDT')]);
  clock.advanceBy(1_000);
  cause(practice, 'okx:spot', 'gap');
  clock.advanceBy(1_000);
  const frames = books(recorder);
  const broken = frames.filter(
    (frame, index) =>
      index > 0 && at(frame, 'data', 0, 'prevSeqId') !== at(frames[index - 1] ?? null, 'data', 0, 'seqId'),
  );
  expect(broken.length).toBe(1);
});

test('an unchanged book is repeated after a minute, empty, with seqId equal to prevSeqId', () => {
  const { clock, transport, practice } = stand();
  const recorder = new Recorder(transport, SOCKET, [subscribe('books', 'BTC-USDT')]);
  clock.advanceBy(1_000);
  practice.faults.setStatus('okx:spot', 'BTC-USDT', 'maintenance');
  const before = books(recorder).length;
  for (let second = 0; second < 65; second += 20) {
    recorder.socket.send('ping');
    clock.advanceBy(20_000);
  }
  const repeated = books(recorder).slice(before);
  expect(repeated.length).toBe(1);
  const data = at(repeated[0] ?? null, 'data', 0);
  expect(at(data, 'seqId')).toBe(at(data, 'prevSeqId'));
  expect([at(data, 'asks'), at(data, 'bids')]).toEqual([[], []]);
});

test('text pings are answered; a connection on which nothing happens for 30 s is closed', () => {
  const { clock, transport } = stand();
  const silent = new Recorder(transport, SOCKET, []);
  const talking = new Recorder(transport, SOCKET, ['ping']);
  clock.advanceBy(20_000);
  talking.socket.send('ping');
  clock.advanceBy(15_000);
  expect(silent.closes.map((close) => close.code)).toEqual([4004]);
  expect(talking.closes).toEqual([]);
  expect(talking.frames).toEqual(['pong', 'pong']);
});

test('errors name their code and connection', () => {
  const { clock, transport } = stand();
  const recorder = new Recorder(transport, SOCKET, [
    subscribe('books', 'NOPE-USDT'),
    'what',
    { op: 'shout', args: [] },
  ]);
  clock.advanceBy(100);
  const frames = recorder.json();
  expect(frames.map((frame) => [at(frame, 'event'), at(frame, 'code')])).toEqual([
    ['error', '60018'],
    ['error', '60012'],
    ['error', '60012'],
  ]);
  expect(at(frames[0] ?? null, 'connId')).toMatch(/^[0-9a-f]{8}$/);
});

test('[MD-8] the instruments channel announces a status; REST shows it', async () => {
  const { clock, transport, practice, get } = stand();
  const recorder = new Recorder(transport, SOCKET, [
    { op: 'subscribe', args: [{ channel: 'instruments', instType: 'SPOT' }] },
  ]);
  clock.advanceBy(100);
  practice.faults.setStatus('okx:spot', 'SOL-USDT', 'halted');
  clock.advanceBy(100);
  const frames = recorder.json();
  const last = frames[frames.length - 1] ?? null;
  expect([at(last, 'data', 0, 'instId'), at(last, 'data', 0, 'state')]).toEqual(['SOL-USDT', 'suspend']);
  const rest = parse((await get('https://www.okx.com/api/v5/public/instruments?instType=SPOT&instId=SOL-USDT')).body);
  expect(at(rest, 'data', 0, 'state')).toBe('suspend');
  const none = parse((await get('https://www.okx.com/api/v5/public/instruments?instType=FUTURES')).body);
  expect(at(none, 'data')).toEqual([]);
});
