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
const RUNS = 3_000;
const START_MS = 1_790_000_000_000;
const SOCKET = 'wss://ws.okx.com:8443/ws/v5/public';

interface Subject {
  readonly feed: FeedId;
  readonly folder: string;
  readonly instruments: readonly (readonly [symbol: string, instrument: string, contractSize: number])[];
  readonly channels: (symbol: string) => readonly object[];
}

const SUBJECTS: readonly Subject[] = [
  {
    feed: 'okx:spot',
    folder: 'okx-spot',
    instruments: [
      ['BTC-USDT', 'BTC-USDT', 1],
      ['ETH-USD', 'ETH-USD', 1],
    ],
    channels: (instId) => [
      { channel: 'books', instId },
      { channel: 'trades', instId },
    ],
  },
  {
    feed: 'okx:perp',
    folder: 'okx-swap',
    instruments: [
      ['BTC-USDT-SWAP', 'BTC-USDT-PERP', 0.01],
      ['ETH-USDC-SWAP', 'ETH-USDC-PERP', 0.001],
    ],
    channels: (instId) => [
      { channel: 'books', instId },
      { channel: 'trades', instId },
      { channel: 'funding-rate', instId },
      { channel: 'mark-price', instId },
      { channel: 'index-tickers', instId: instId.replace('-SWAP', '') },
    ],
  },
];

/** What the practice venue sends to one who subscribes to everything, for some seconds. */
function traffic({ instruments, channels }: Subject): Uint8Array[] {
  const clock = new VirtualClock(START_MS);
  const world = createPracticeWorld({ seed: 5, clock, world: 'synthetic' });
  const transport = new InProcessTransport({ clock, servers: world.servers, random: new SeededRandom(5) });
  const frames: Uint8Array[] = [];
  const nothing = () => undefined;
  const args = [...instruments.flatMap(([symbol]) => channels(symbol)), { channel: 'instruments', instType: 'SWAP' }];
  const socket = transport.openSocket(SOCKET, {
    open: () => socket.send(JSON.stringify({ id: '1', op: 'subscribe', args })),
    message: (data) => frames.push(Uint8Array.from(data)),
    ping: nothing,
    pong: nothing,
    closed: nothing,
  });
  world.start();
  clock.advanceBy(8_000);
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

/** Members that change places or come twice, and values of another kind: still JSON, no longer the usual frame. */
const ODD = [
  (text: string) => text.replace(/("checksum":0),("seqId":\d+),("prevSeqId":-?\d+)/, '$3,$2,$1'),
  (text: string) => text.replace(/("seqId":\d+)/, '$1,$1'),
  (text: string) => text.replace(/"checksum":0/, '"checksum":-855196043'),
  (text: string) => text.replace(/"checksum":0,/, ''),
  (text: string) => text.replace(/"prevSeqId":(-?\d+)/, '"prevSeqId":$1.0'),
  (text: string) => text.replace(/"seqId":(\d+)/, '"seqId":"$1"'),
  (text: string) => text.replace(/,"prevSeqId":-?\d+/, ''),
  (text: string) => text.replace(/"ts":"(\d+)"/, '"ts":$1'),
  (text: string) => text.replace(/"ts":"(\d+)"/, '"ts":"0$1"'),
  (text: string) => text.replace(/"ts":"(\d+)"/, '"ts":"$1","ts":"1"'),
  (text: string) => text.replace(/\[\["([^"]+)"/, '[["$10"'),
  (text: string) => text.replace(/\[\["([^"]+)"/, '[["-$1"'),
  (text: string) => text.replace(/\[\["([^"]+)","([^"]+)"/, '[["$1","1e3"'),
  (text: string) => text.replace(/\[\["([^"]+)","([^"]+)"/, '[["$1","$2","9"'),
  (text: string) => text.replace(/"side":"(buy|sell)"/, '"side":"$1","side":"hold"'),
  (text: string) => text.replace(/"side":"(buy|sell)"/, '"ts":"1790000000123","side":"$1"'),
  (text: string) => text.replace(/("tradeId":"\d+"),("px":"[^"]+")/, '$2,$1'),
  (text: string) => text.replace(/"px":"([^"]+)"/, '"px":$1'),
  (text: string) => text.replace(/"sz":"([^"]+)"/, '"sz":"0"'),
  (text: string) => text.replace(/"count":"(\d+)"/, '"count":$1'),
  (text: string) => text.replace(/"instType":"SWAP",/, ''),
  (text: string) => text.replace(/"markPx":"([^"]+)"/, '"markPx":""'),
  (text: string) => text.replace(/"idxPx":"([^"]+)"/, '"idxPx":"$1","idxPx":7'),
  (text: string) => text.replace(/"data":\[(\{.*\})\]/, '"data":[$1,$1]'),
  (text: string) => text.replace(/:/, ': '),
  (text: string) => text.replace(/USD/, 'USÐ'),
];

describe.each(SUBJECTS)(`[MD-4] $feed: the fast path equals the slow path, seed ${SEED}`, (subject) => {
  const { feed, folder } = subject;
  const instruments = subject.instruments.map(
    ([symbol, instrument, contractSize]): PathInstrument => ({
      listing: listingId(feed, instrument),
      symbol,
      priceDecimals: 2,
      sizeDecimals: 8,
      contractSize,
    }),
  );
  let recorded: Uint8Array[] = [];
  let frames: Uint8Array[] = [];
  beforeAll(() => {
    recorded = traffic(subject);
    frames = [...recorded, ...examples(folder)];
  });
  const agree = (paths: BothPaths) => {
    const { fast, slow } = paths.take();
    expect(fast).toEqual(slow);
  };

  it('on the traffic of the practice venue', () => {
    const paths = new BothPaths(feed, instruments);
    for (const [index, frame] of recorded.entries()) {
      paths.decode(frame, index);
      agree(paths);
    }
    expect(recorded.length).toBeGreaterThan(150);
    expect(paths.slow.tracks.every(({ book }) => book.valid)).toBe(true);
  });

  it(`on ${RUNS} frames with bytes missing, added or changed`, () => {
    const paths = new BothPaths(feed, instruments);
    const small = frames.filter(({ length }) => length < 3_000);
    fc.assert(
      fc.property(fc.nat(), fc.array(cut, { minLength: 1, maxLength: 3 }), (pick, cuts) => {
        const frame = small[pick % small.length] ?? new Uint8Array();
        const sequence = /"prevSeqId":(\d+)/.exec(new TextDecoder().decode(frame))?.[1];
        paths.putLive(Number(sequence ?? 1));
        paths.decode(mutate(frame, cuts));
        agree(paths);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  it(`on ${RUNS} frames whose members changed places or kinds`, () => {
    const paths = new BothPaths(feed, instruments);
    const encoder = new TextEncoder();
    let changed = 0;
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.constantFrom(...ODD), { minLength: 1, maxLength: 3 }), (pick, odds) => {
        const before = new TextDecoder().decode(frames[pick % frames.length]);
        const text = odds.reduce((one, odd) => odd(one), before);
        if (text !== before) changed += 1;
        const sequence = /"prevSeqId":(\d+)/.exec(before)?.[1];
        paths.putLive(Number(sequence ?? 1));
        paths.decode(encoder.encode(text));
        agree(paths);
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(changed).toBeGreaterThan(RUNS / 4);
  });
});
