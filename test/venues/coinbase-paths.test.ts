import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { InProcessTransport } from '#main/practice/in-process';
import { createPracticeWorld } from '#main/practice/practice';
import { type FeedId, listingId } from '#shared/domain/ids';
import { SeededRandom } from '#shared/kernel/random';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { BothPaths } from '#support/both-paths';

const SEED = 20_261_125;
const RUNS = 3_000;
const START_MS = 1_790_000_000_000;

interface Subject {
  readonly feed: FeedId;
  /** Of examples of the venue's documentation; `null` where there is none. */
  readonly folder: string | null;
  readonly socket: string;
  readonly instruments: readonly (readonly [symbol: string, instrument: string])[];
  readonly requests: (symbols: readonly string[]) => readonly object[];
  /** Members that change places or come twice, and values of another kind: still JSON, no longer the usual frame. */
  readonly odd: readonly ((text: string) => string)[];
}

const SUBJECTS: readonly Subject[] = [
  {
    feed: 'coinbase:spot',
    folder: 'coinbase-advanced',
    socket: 'wss://advanced-trade-ws.coinbase.com',
    instruments: [
      ['BTC-USD', 'BTC-USD'],
      ['ETH-USDT', 'ETH-USDT'],
    ],
    requests: (product_ids) =>
      ['level2', 'market_trades', 'status', 'heartbeats'].map((channel) => ({
        type: 'subscribe',
        channel,
        ...(channel === 'heartbeats' ? {} : { product_ids }),
      })),
    odd: [
      (text) => text.replace('"client_id":"",', ''),
      (text) => text.replace('"client_id":""', '"client_id":"x"'),
      (text) => text.replace(/("timestamp":"[^"]+"),("sequence_num":\d+)/, '$2,$1'),
      (text) => text.replace(/"sequence_num":(\d+)/, '"sequence_num":$1,"sequence_num":0'),
      (text) => text.replace(/"sequence_num":(\d+)/, '"sequence_num":"$1"'),
      (text) => text.replace(/"sequence_num":(\d+)/, '"sequence_num":$1.0'),
      (text) => text.replace(/"sequence_num":(\d+)/, '"sequence_num":0$1'),
      (text) => text.replace(/"timestamp":"([^"]+)Z"/, '"timestamp":"$1"'),
      (text) => text.replace(/"timestamp":"2026/, '"timestamp":"2026-13'),
      (text) => text.replace(/\.\d+Z"/, 'Z"'),
      (text) => text.replace(/\.(\d+)Z"/, '.$1000Z"'),
      (text) => text.replace(/"event_time":"[^"]+"/, '"event_time":"yesterday"'),
      (text) => text.replace(/"event_time":"[^"]+",/, ''),
      (text) => text.replace(/"event_time":"([^"]+)"/, '"event_time":"2\\u00302\\"6"'),
      (text) => text.replace(/"side":"bid"/, '"side":"buy"'),
      (text) => text.replace(/"side":"offer"/g, '"side":"bid"'),
      (text) => text.replace(/"price_level":"([^"]+)"/, '"price_level":"0$1"'),
      (text) => text.replace(/"price_level":"([^"]+)"/, '"price_level":"-$1"'),
      (text) => text.replace(/"price_level":"([^"]+)"/, '"price_level":"0"'),
      (text) => text.replace(/"new_quantity":"([^"]+)"/, '"new_quantity":"1e3"'),
      (text) => text.replace(/"new_quantity":"([^"]+)"/, '"new_quantity":$1'),
      (text) => text.replace(/("price_level":"[^"]+"),("new_quantity":"[^"]+")/, '$2,$1'),
      (text) => text.replace(/"type":"(snapshot|update)"/, '"type":"$1","type":"moo"'),
      (text) => text.replace(/"updates":\[.*\]\}\]/, '"updates":[]}]'),
      (text) => text.replace(/\]\}\]\}$/, ']}],"more":1}'),
      (text) => text.replace(/"events":\[(.*)\]\}$/, '"events":[$1,$1]}'),
      (text) => text.replace(/"product_id":"BTC-USD"/, '"product_id":"ETH-USDT"'),
      (text) => text.replace(/"product_id":"[^"]+"/, '"product_id":"XRP-USD"'),
      (text) => text.replace(/"trade_id":"(\d+)"/, '"trade_id":"0$1"'),
      (text) => text.replace(/"trade_id":"(\d+)"/, '"trade_id":"a-$1"'),
      (text) => text.replace(/"trade_id":"(\d+)"/, '"trade_id":$1'),
      (text) => text.replace(/"size":"[^"]+"/, '"size":"0"'),
      (text) => text.replace(/"side":"(BUY|SELL)"/, '"side":"HOLD"'),
      (text) => text.replace(/"time":"[^"]+"/, '"time":"1969-12-31T23:59:59Z"'),
      (text) => text.replace('"status":"online"', '"status":"offline"'),
      (text) => text.replace('"status":"online"', '"status":1'),
    ],
  },
  {
    feed: 'coinbase:perp',
    folder: null,
    socket: 'wss://streams.drb.coinbase.com/ws/api/v2',
    instruments: [
      ['BTC_USDC-PERPETUAL', 'BTC-USDC-PERP'],
      ['HYPE_USDC-PERPETUAL', 'HYPE-USDC-PERP'],
    ],
    requests: (symbols) => [
      { jsonrpc: '2.0', id: 0, method: 'public/set_heartbeat', params: { interval: 10 } },
      {
        jsonrpc: '2.0',
        id: 1,
        method: 'public/subscribe',
        params: {
          channels: [
            'platform_state',
            'instrument.state.future.USDC',
            ...symbols.flatMap((name) => ['book', 'trades', 'ticker'].map((kind) => `${kind}.${name}.100ms`)),
          ],
        },
      },
      { jsonrpc: '2.0', id: 0, method: 'public/test', params: {} },
      { jsonrpc: '2.0', id: 0, method: 'public/nope', params: {} },
    ],
    odd: [
      (text) => text.replace(/("change_id":\d+),("instrument_name":"[^"]+")/, '$2,$1'),
      (text) => text.replace(/"change_id":(\d+)/, '"change_id":$1.0'),
      (text) => text.replace(/"change_id":(\d+)/, '"change_id":$1e0'),
      (text) => text.replace(/"change_id":(\d+)/, '"change_id":"$1"'),
      (text) => text.replace(/"change_id":(\d+)/, '"change_id":0$1'),
      (text) => text.replace(/,"prev_change_id":\d+/, ''),
      (text) => text.replace(/"prev_change_id":(\d+)/, '"prev_change_id":$1,"prev_change_id":1'),
      (text) => text.replace(/"prev_change_id":(\d+)/, '"prev_change_id":null'),
      (text) => text.replace(/"type":"snapshot"/, '"type":"change"'),
      (text) => text.replace(/"type":"change"/, '"type":"snapshot"'),
      (text) => text.replace(/"type":"change",/, ''),
      (text) => text.replace(/"timestamp":(\d+)/, '"timestamp":$1.5'),
      (text) => text.replace(/"timestamp":(\d+)/, '"timestamp":"$1"'),
      (text) => text.replace(/"timestamp":(\d+)/, '"timestamp":0$1'),
      (text) => text.replace(/\["(new|change)",([\d.e-]+),([\d.e-]+)\]/, '["$1",$2,$3,1]'),
      (text) => text.replace(/\["(new|change)",([\d.e-]+),([\d.e-]+)\]/, '["$1",$2]'),
      (text) => text.replace(/\["(new|change)",([\d.e-]+),([\d.e-]+)\]/, '["$1","$2",$3]'),
      (text) => text.replace(/\["(new|change)",([\d.e-]+),([\d.e-]+)\]/, '["$1",0$2,$3]'),
      (text) => text.replace(/\["(new|change)",([\d.e-]+),([\d.e-]+)\]/, '["$1",-$2,$3]'),
      (text) => text.replace(/\["(new|change)",([\d.e-]+),([\d.e-]+)\]/, '["$1",0.0,$3]'),
      (text) => text.replace(/\["(new|change)",([\d.e-]+),([\d.e-]+)\]/, '["$1",$2,-0.0]'),
      (text) => text.replace(/\["(new|change)",([\d.e-]+),([\d.e-]+)\]/, '["$1",9.1e+4,2E3]'),
      (text) => text.replace(/\["(new|change)",([\d.e-]+),([\d.e-]+)\]/, '["$1",1.0e-7,2.5e3]'),
      (text) => text.replace(/\["(new|change)",([\d.e-]+),([\d.e-]+)\]/, '["$1",$2,1e400]'),
      (text) => text.replace(/\["(new|change)",([\d.e-]+),([\d.e-]+)\]/, '["$1",12345678901234567,1.0]'),
      (text) => text.replace(/\["(new|change)",([\d.e-]+),([\d.e-]+)\]/, '["delete",$2,$3]'),
      (text) => text.replace(/\["delete",([\d.e-]+),0\.0\]/, '["delete",$1]'),
      (text) => text.replace(/\["delete"/, '["deleted"'),
      (text) => text.replace(/"instrument_name":"BTC_USDC-PERPETUAL"/, '"instrument_name":"HYPE_USDC-PERPETUAL"'),
      (text) => text.replace(/_USDC-PERPETUAL/g, '_USDT-PERPETUAL'),
      (text) => text.replace(/100ms/, 'agg2'),
      (text) => text.replace(/("price":[\d.e-]+),("direction":"\w+")/, '$2,$1'),
      (text) => text.replace(/"direction":"(buy|sell)"/, '"direction":"hold"'),
      (text) => text.replace(/"trade_seq":(\d+)/, '"trade_seq":$1.0'),
      (text) => text.replace(/"trade_seq":(\d+)/, '"trade_seq":"$1"'),
      (text) => text.replace(/"trade_seq":\d+/g, '"trade_seq":5'),
      (text) => text.replace(/"data":\[(\{.*\})\]\}\}$/, '"data":[$1,$1]}}'),
      (text) => text.replace(/,"contracts":[\d.e-]+/g, ''),
      (text) => text.replace(/,"contracts":[\d.e-]+/, ',"liquidation":"T"'),
      (text) => text.replace(/"amount":[\d.e-]+/, '"amount":0.0'),
      (text) => text.replace(/"state":"open"/, '"state":"locked"'),
      (text) => text.replace(/"locked":false/, '"locked":true'),
      (text) => text.replace(/"funding_8h":[\d.e-]+,/, ''),
      (text) => text.replace(/"mark_price":([\d.]+)/, '"mark_price":null'),
      (text) => text.replace(/"testnet":false/, '"testnet":true'),
      (text) => text.replace(/"usDiff":\d+,/, ''),
      (text) => text.replace(/"version":"1/, '"version":"\\u0031'),
    ],
  },
];

/** What the practice venue sends to one who subscribes to everything, for some seconds, a status change among it. */
function traffic({ feed, socket: url, instruments, requests }: Subject): Uint8Array[] {
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
  clock.advanceBy(9_000);
  world.faults.setStatus(feed, instruments[0]?.[1] ?? '', 'maintenance');
  clock.advanceBy(2_000);
  world.faults.setStatus(feed, instruments[0]?.[1] ?? '', 'normal');
  clock.advanceBy(4_000);
  world.stop();
  return frames;
}

/** Frames of the venue's documentation, one a file, from a folder of folders; set EXAMPLE_FRAMES to add them. */
function examples(folder: string | null): Uint8Array[] {
  const root = process.env.EXAMPLE_FRAMES;
  if (root === undefined || folder === null) return [];
  const whole = join(root, folder);
  return readdirSync(whole).map((file) => Uint8Array.from(readFileSync(join(whole, file))));
}

const share = fc.nat({ max: 9_999 }).map((part) => part / 10_000);
const bytes = fc.oneof(
  fc.constantFrom(...'"{}[],:.-+eEZT0123456789 \\'.split('').map((one) => one.charCodeAt(0))),
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

const encoder = new TextEncoder();
const decoder = new TextDecoder();

describe.each(SUBJECTS)('$feed: the scanner and JSON.parse with schemas give the same', (subject) => {
  const { feed, folder, instruments, odd } = subject;
  let frames: readonly Uint8Array[] = [];
  let texts: readonly string[] = [];
  beforeAll(() => {
    frames = traffic(subject);
    texts = frames.map((frame) => decoder.decode(frame));
  });

  const paths = () =>
    new BothPaths(
      feed,
      instruments.map(([symbol, instrument]) => ({
        listing: listingId(feed, instrument),
        symbol,
        priceDecimals: 2,
        sizeDecimals: 8,
      })),
    );
  const agree = (both: BothPaths, what: string) => {
    const { fast, slow } = both.take();
    expect({ what, ...(fast as object) }).toEqual({ what, ...(slow as object) });
  };

  it('over practice traffic, in order', () => {
    const both = paths();
    let told = 0;
    for (const [index, frame] of frames.entries()) {
      both.decode(frame);
      const { fast, slow } = both.take();
      expect({ text: texts[index], fast }).toEqual({ text: texts[index], fast: slow });
      told += (fast as [string[]])[0].length;
    }
    expect(told).toBeGreaterThan(200);
    expect(frames.length).toBeGreaterThan(200);
  });

  it('over odd frames: each way of being unusual, at many places', () => {
    let changed = 0;
    for (const [way, change] of odd.entries()) {
      let tried = 0;
      for (let index = way % 7; index < texts.length && tried < 24; index += 1) {
        const text = texts[index] ?? '';
        const other = change(text);
        if (other === text) continue;
        tried += 1;
        // After some of the usual ones, on a new connection: wherever the odd one stood, it comes next.
        const both = paths();
        for (const frame of frames.slice(0, 40)) both.decode(frame);
        both.take();
        for (const path of [both.fast, both.slow]) path.decoder.connected();
        both.putLive(Number(/"prev_change_id":(\d+)/.exec(text)?.[1] ?? 1));
        both.decode(encoder.encode(other));
        agree(both, `${way}: ${other.slice(0, 400)}`);
      }
      changed += tried > 0 ? 1 : 0;
      expect([way, tried > 0]).toEqual([way, true]);
    }
    expect(changed).toBe(odd.length);
  });

  it(`over mutated frames, seed ${SEED}`, () => {
    const sources = [...frames.slice(0, 120), ...examples(folder)];
    const both = paths();
    fc.assert(
      fc.property(fc.nat({ max: sources.length - 1 }), fc.array(cut, { minLength: 1, maxLength: 3 }), (which, cuts) => {
        const frame = mutate(sources[which] ?? new Uint8Array(), cuts);
        const previous = Number(/"prev_change_id":(\d+)/.exec(decoder.decode(frame))?.[1] ?? 1);
        for (const path of [both.fast, both.slow]) path.decoder.connected();
        both.putLive(Number.isSafeInteger(previous) ? previous : 1);
        both.decode(frame);
        agree(both, decoder.decode(frame).slice(0, 400));
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });
});
