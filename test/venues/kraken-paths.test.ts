import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { InProcessTransport } from '#main/practice/in-process';
import { createPracticeWorld } from '#main/practice/practice';
import { type FeedId, listingId } from '#shared/domain/ids';
import { SeededRandom } from '#shared/kernel/random';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { BothPaths, type PathInstrument } from '#support/both-paths';

const SEED = 20_261_122;
const RUNS = 2_000;
const START_MS = 1_790_000_000_000;

interface Subject {
  readonly feed: FeedId;
  readonly folder: string;
  readonly url: string;
  /** Symbol, canonical name, decimals of price and size. */
  readonly instruments: readonly (readonly [string, string, number, number])[];
  readonly requests: (symbols: readonly string[]) => readonly object[];
  /** Still JSON, no longer the usual frame. */
  readonly odd: readonly ((text: string) => string)[];
}

const EVERYWHERE: readonly ((text: string) => string)[] = [
  (text) => text.replace(/:/, ': '),
  (text) => text.replace(/USD/, 'USÐ'),
  (text) => text.replace(/"price":([\d.]+)/, '"price":"$1"'),
  (text) => text.replace(/"price":([\d.]+)/, '"price":0$1'),
  (text) => text.replace(/"price":([\d.]+)/, '"price":-$1'),
  (text) => text.replace(/"price":([\d.]+)/, '"price":$1e0'),
  (text) => text.replace(/"price":([\d.]+)/, '"price":$1E+2'),
  (text) => text.replace(/"price":([\d.]+)/, '"price":$1e-30'),
  (text) => text.replace(/"price":([\d.]+)/, '"price":123456789012345678.5'),
  (text) => text.replace(/"price":([\d.]+)/, '"price":9007199254740993'),
  (text) => text.replace(/"qty":([\d.]+)/, '"qty":$1.'),
  (text) => text.replace(/"qty":([\d.]+)/, '"qty":1e400'),
  (text) => text.replace(/"qty":([\d.]+)/, '"qty":null'),
  (text) => text.replace(/("price":[^,]+),("qty":[^,}]+)/, '$2,$1'),
  (text) => text.replace(/("qty":[^,}]+)/, '$1,$1'),
  (text) => text.replace(/"side":"(buy|sell)"/, '"side":"$1","side":"hold"'),
];

const SUBJECTS: readonly Subject[] = [
  {
    feed: 'kraken:spot',
    folder: 'kraken-spot',
    url: 'wss://ws.kraken.com/v2',
    instruments: [
      ['BTC/USD', 'BTC-USD', 1, 8],
      ['SOL/USDT', 'SOL-USDT', 2, 8],
      ['USDT/USD', 'USDT-USD', 5, 8],
    ],
    requests: (symbol) => [
      { method: 'subscribe', params: { channel: 'book', symbol, depth: 100 } },
      { method: 'subscribe', params: { channel: 'trade', symbol, snapshot: true } },
      { method: 'subscribe', params: { channel: 'instrument' } },
    ],
    odd: [
      ...EVERYWHERE,
      (text) => text.replace(/("checksum":\d+),("timestamp":"[^"]+")/, '$2,$1'),
      (text) => text.replace(/,"timestamp":"[^"]+"/, ''),
      (text) => text.replace(/"timestamp":"[^"]+"/, '"timestamp":"2026-02-30T08:00:00.123456Z"'),
      (text) => text.replace(/"timestamp":"([^"]+)Z"/, '"timestamp":"$1+00:00"'),
      (text) => text.replace(/\.\d{6}Z"/, '.999999999Z"'),
      (text) => text.replace(/\.\d{6}Z"/, 'Z"'),
      (text) => text.replace(/"checksum":\d+/, '"checksum":4294967296'),
      (text) => text.replace(/"checksum":\d+/, '"checksum":1.0'),
      (text) => text.replace(/"checksum":(\d+)/, '"checksum":"$1"'),
      (text) => text.replace(/"data":\[(\{.*\})\]/, '"data":[$1,$1]'),
      (text) => text.replace(/"trade_id":(\d+)/, '"trade_id":$1.5'),
      (text) => text.replace(/"ord_type":"[^"]+",/, ''),
      (text) => text.replace(/"symbol":"BTC/, '"symbol":"B\\u0054C'),
    ],
  },
  {
    feed: 'kraken:perp',
    folder: 'kraken-futures',
    url: 'wss://futures.kraken.com/ws/v1',
    instruments: [
      ['PF_XBTUSD', 'BTC-USD-PERP', 0, 4],
      ['PF_SOLUSD', 'SOL-USD-PERP', 2, 2],
    ],
    requests: (product_ids) => ['book', 'trade', 'ticker'].map((feed) => ({ event: 'subscribe', feed, product_ids })),
    odd: [
      ...EVERYWHERE,
      (text) => text.replace(/"seq":(\d+)/, '"seq":$1.0'),
      (text) => text.replace(/"seq":(\d+)/, '"seq":-$1'),
      (text) => text.replace(/"seq":(\d+)/, '"seq":"$1"'),
      (text) => text.replace(/"seq":(\d+)/, '"seq":1e9'),
      (text) => text.replace(/"timestamp":(\d+)/, '"timestamp":0'),
      (text) => text.replace(/"timestamp":(\d+)/, '"timestamp":"$1"'),
      (text) => text.replace(/"time":(\d+)/, '"time":$1.5'),
      (text) => text.replace(/"tickSize":null/, '"tickSize":0.5'),
      (text) => text.replace(/"type":"fill"/, '"type":"block"'),
      (text) => text.replace(/"uid":"[^"]+"/, '"uid":""'),
      (text) => text.replace(/"uid":"([^"]+)"/, '"uid":"\\u0041$1"'),
      (text) => text.replace(/("product_id":"[^"]+"),("feed":"trade")/, '$2,$1'),
      (text) => text.replace(/"relative_funding_rate":[^,]+,/, ''),
      (text) => text.replace(/"next_funding_rate_time":(\d+)/, '"next_funding_rate_time":"$1"'),
    ],
  },
];

/** What the practice venue sends to one who subscribes to everything, for some seconds. */
function traffic({ url, requests, instruments }: Subject): Uint8Array[] {
  const clock = new VirtualClock(START_MS);
  const world = createPracticeWorld({ seed: 5, clock, world: 'synthetic' });
  const transport = new InProcessTransport({ clock, servers: world.servers, random: new SeededRandom(5) });
  const frames: Uint8Array[] = [];
  const nothing = () => undefined;
  const socket = transport.openSocket(url, {
    open: () => {
      for (const request of requests(instruments.map(([symbol]) => symbol))) socket.send(JSON.stringify(request));
    },
    message: (data) => frames.push(Uint8Array.from(data)),
    ping: nothing,
    pong: nothing,
    closed: nothing,
  });
  world.start();
  clock.advanceBy(16_000);
  world.stop();
  return frames;
}

/** Frames of the venue's documentation, one a file, from a folder of folders; set EXAMPLE_FRAMES to add them. */
function examples(folder: string): Uint8Array[] {
  const root = process.env.EXAMPLE_FRAMES;
  if (root === undefined) return [];
  const whole = join(root, folder);
  return readdirSync(whole).map((file) => Uint8Array.from(readFileSync(join(whole, file))));
}

const share = fc.nat({ max: 9_999 }).map((part) => part / 10_000);
const bytes = fc.oneof(
  fc.constantFrom(...'"{}[],:.-+eE0123456789 \\'.split('').map((one) => one.charCodeAt(0))),
  fc.integer({ min: 0, max: 255 }),
);
const cut = fc.tuple(share, fc.integer({ min: 0, max: 4 }), fc.array(bytes, { maxLength: 4 }));

function mutate(frame: Uint8Array, cuts: readonly (readonly [number, number, readonly number[]])[]): Uint8Array {
  let mutated = frame;
  for (const [where, gone, come] of cuts) {
    const at = Math.floor(where * mutated.length);
    mutated = Uint8Array.from([...mutated.subarray(0, at), ...come, ...mutated.subarray(at + gone)]);
  }
  return mutated;
}

const utf8 = { decode: new TextDecoder(), encode: new TextEncoder() };

describe.each(SUBJECTS)(`[MD-4] $feed: the fast path equals the slow path, seed ${SEED}`, (subject) => {
  const { feed, folder, odd } = subject;
  const instruments = subject.instruments.map(
    ([symbol, instrument, priceDecimals, sizeDecimals]): PathInstrument => ({
      listing: listingId(feed, instrument),
      symbol,
      priceDecimals,
      sizeDecimals,
    }),
  );
  let recorded: Uint8Array[] = [];
  beforeAll(() => {
    recorded = traffic(subject);
  });

  it('over practice traffic, frame by frame, with books that are right', () => {
    expect(recorded.length).toBeGreaterThan(300);
    const both = new BothPaths(feed, instruments);
    const same = (frame: Uint8Array) => {
      both.decode(frame);
      const { fast, slow } = both.take();
      expect(fast).toEqual(slow);
    };
    recorded.forEach(same);
    expect(both.fast.sink.valid()).toHaveLength(instruments.length);
    examples(folder).forEach(same);
  });

  it('over frames that are oddly written', () => {
    const both = new BothPaths(feed, instruments);
    const samples = [...recorded.slice(0, 12), ...recorded.slice(-160), ...examples(folder)];
    let changed = 0;
    for (const twist of odd) {
      for (const frame of samples) {
        const text = utf8.decode.decode(frame);
        const twisted = twist(text);
        if (twisted === text) continue;
        changed += 1;
        both.putLive(1_000);
        both.decode(utf8.encode.encode(twisted));
        both.decode(frame);
        const { fast, slow } = both.take();
        expect(fast, twisted.slice(0, 300)).toEqual(slow);
      }
    }
    expect(changed).toBeGreaterThan(odd.length * 20);
  });

  it('over frames with bytes changed anywhere', () => {
    const both = new BothPaths(feed, instruments);
    const short = [...recorded, ...examples(folder)].filter(({ length }) => length < 4_000);
    fc.assert(
      fc.property(fc.nat(short.length - 1), fc.array(cut, { minLength: 1, maxLength: 3 }), (index, cuts) => {
        both.decode(mutate(short[index] as Uint8Array, cuts));
        const { fast, slow } = both.take();
        expect(fast).toEqual(slow);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });
});
