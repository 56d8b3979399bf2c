import { describe, expect, test } from 'vitest';
import type { PracticeWorld } from '#main/practice/practice';
import { FEEDS, feedId, productOf, venueOf } from '#shared/domain/ids';
import type { FaultName } from '#shared/domain/practice';
import { MARKET_FAULTS } from '#shared/domain/practice';
import type { Json, Stand } from './client.ts';
import { at, cause, lift, parse, Recorder, stand } from './client.ts';
import type { FeedClient } from './feed-clients.ts';
import { FEED_CLIENTS } from './feed-clients.ts';

const SEED = 7;
const BEFORE_MS = 3_000;
const AFTER_MS = 5_000;
const QUIET_MS = 15;

interface Heard {
  readonly frames: readonly string[];
  /** When each came, ms after the socket was asked for. */
  readonly atMs: readonly number[];
  /** Frames up to the moment the fault was caused. */
  readonly before: number;
  readonly closes: number;
  readonly stand: Stand;
}

/**
 * The same client of the same seed, with something done to the practice venues after {@link BEFORE_MS}: without it the
 * frames are the same byte for byte, so what a fault changed is what differs.
 */
function listen(client: FeedClient, meddle: (practice: PracticeWorld) => void = () => {}): Heard {
  const here = stand({ seed: SEED });
  const { clock, practice, transport } = here;
  const startMs = clock.wallMs();
  const atMs: number[] = [];
  const frames: string[] = [];
  let closes = 0;
  const socket = transport.openSocket(client.socket, {
    open: () => {
      for (const message of client.subscribe) socket.send(JSON.stringify(message));
    },
    message: (data) => {
      frames.push(new TextDecoder().decode(data));
      atMs.push(clock.wallMs() - startMs);
    },
    ping: () => {},
    pong: () => {},
    closed: () => {
      closes += 1;
    },
  });
  const ping = (): void => {
    const { ping: text } = client;
    if (text !== null) socket.send(typeof text === 'string' ? text : JSON.stringify(text));
  };
  clock.advanceBy(BEFORE_MS);
  // On to a moment at which nothing is under way.
  for (let heard = -1; heard !== frames.length; clock.advanceBy(QUIET_MS)) heard = frames.length;
  const before = frames.length;
  meddle(practice);
  for (let ms = 0; ms < AFTER_MS; ms += 1_000) {
    ping();
    clock.advanceBy(1_000);
  }
  return { frames: [...frames], atMs: [...atMs], before, closes, stand: here };
}

const ok = (client: FeedClient, fault: FaultName) => (practice: PracticeWorld) => {
  cause(practice, client.feed, fault);
};

/** Index of the first frame that differs. */
const differsAt = (one: readonly string[], other: readonly string[]): number =>
  one.findIndex((frame, index) => frame !== other[index]);

test('every served feed has a client here', () => {
  const served = [...new Set(stand().practice.instruments.map(({ feed }) => feed))];
  expect(FEED_CLIENTS.map(({ feed }) => feed).sort()).toEqual([...served].sort());
});

describe.each(FEED_CLIENTS.map((client) => [client.feed, client] as const))('[PP-3] %s', (feed, client) => {
  const plain = listen(client);

  test('[PP-4] without a fault the frames are the same byte for byte', () => {
    expect(plain.frames.filter(client.isDelta).length).toBeGreaterThan(20);
    expect(listen(client).frames).toEqual(plain.frames);
  });

  test('gap: one delta is missing, the rest is as it would have been', () => {
    const { frames, stand: here } = listen(client, ok(client, 'gap'));
    const lost = differsAt(plain.frames, frames);
    expect(client.isDelta(plain.frames[lost] ?? '')).toBe(true);
    expect(frames).toEqual(plain.frames.toSpliced(lost, 1));
    expect(here.practice.faults.active()).toEqual([]);
  });

  test('duplicate: one delta comes twice in a row', () => {
    const { frames } = listen(client, ok(client, 'duplicate'));
    const twice = differsAt(plain.frames, frames);
    expect(client.isDelta(plain.frames[twice - 1] ?? '')).toBe(true);
    expect(frames).toEqual(plain.frames.toSpliced(twice, 0, plain.frames[twice - 1] ?? ''));
  });

  test('reorder: two deltas change places', () => {
    const { frames } = listen(client, ok(client, 'reorder'));
    const first = differsAt(plain.frames, frames);
    const held = plain.frames[first] ?? '';
    expect(client.isDelta(held)).toBe(true);
    const back = frames.indexOf(held);
    expect(back).toBeGreaterThan(first);
    expect(client.isDelta(frames[back - 1] ?? '')).toBe(true);
    expect(frames).toEqual(plain.frames.toSpliced(first, 1).toSpliced(back, 0, held));
  });

  test('malformed: one delta is cut in the middle', () => {
    const { frames } = listen(client, ok(client, 'malformed'));
    const cut = differsAt(plain.frames, frames);
    const short = frames[cut] ?? '';
    expect(plain.frames[cut]?.startsWith(short)).toBe(true);
    expect(() => parse(short)).toThrow();
    expect(frames).toEqual(plain.frames.with(cut, short));
  });

  test('crossed: one delta has a level more, and every frame after it is as it would have been', () => {
    const { frames } = listen(client, ok(client, 'crossed'));
    const crossed = differsAt(plain.frames, frames);
    if (client.oneLevelAFrame === true) {
      // The level more is a frame more, and every number after it is one higher.
      expect(client.isDelta(frames[crossed] ?? '')).toBe(true);
      const unnumbered = (frame: string) => frame.replace(/"seq":\d+/, '');
      expect(frames.toSpliced(crossed, 1).map(unnumbered)).toEqual(plain.frames.map(unnumbered));
      return;
    }
    expect(frames[crossed]?.length ?? 0).toBeGreaterThan(plain.frames[crossed]?.length ?? 0);
    expect(client.isDelta(frames[crossed] ?? '')).toBe(true);
    parse(frames[crossed] ?? '');
    expect(frames.toSpliced(crossed, 1)).toEqual(plain.frames.toSpliced(crossed, 1));
  });

  test('latency: the same frames, later by the amount; answers too', async () => {
    const {
      frames,
      atMs,
      before,
      stand: here,
    } = listen(client, (practice) => {
      cause(practice, feed, 'latency', { amount: 300 });
    });
    expect(frames).toEqual(plain.frames.slice(0, frames.length));
    for (let index = before; index < frames.length; index += 1) {
      const later = (atMs[index] ?? 0) - (plain.atMs[index] ?? 0);
      expect(later).toBeGreaterThanOrEqual(299.999);
      expect(later).toBeLessThan(400);
    }
    let answered = 0;
    const startMs = here.clock.wallMs();
    const request = { method: 'GET', url: client.rest, headers: {}, body: undefined, timeoutMs: 1_000 } as const;
    const answer = here.transport.request(request).then(({ status }) => {
      answered = status;
    });
    here.clock.advanceBy(290);
    await Promise.resolve();
    expect(answered).toBe(0);
    here.clock.advanceBy(50);
    await answer;
    expect([answered, here.clock.wallMs() - startMs]).toEqual([200, 340]);
  });

  test('lagging: frames in order, later and later up to the amount', () => {
    const { frames, atMs, before } = listen(client, (practice) => {
      cause(practice, feed, 'lagging', { amount: 1_000 });
    });
    expect(frames).toEqual(plain.frames.slice(0, frames.length));
    const lags = atMs.map((at, index) => at - (plain.atMs[index] ?? 0)).slice(before);
    expect(lags[0] ?? 0).toBeLessThan(400);
    expect(Math.max(...lags)).toBeGreaterThan(950);
    expect(Math.max(...lags)).toBeLessThan(1_050);
  });

  test('silence: nothing more, REST answers 503; afterwards the market has gone on', async () => {
    const { frames, before, closes, stand: here } = listen(client, ok(client, 'silence'));
    expect(frames.length).toBe(before);
    expect(closes).toBe(0);
    expect((await here.get(client.rest)).status).toBe(503);
    lift(here.practice, feed, 'silence');
    expect((await here.get(client.rest)).status).toBe(200);
  });

  test('heartbeats-only: pongs and heartbeats go on, books do not', () => {
    const { frames, before, closes } = listen(client, ok(client, 'heartbeats-only'));
    const after = frames.slice(before);
    expect(closes).toBe(0);
    expect(after.filter((frame) => !client.isHeartbeat(frame))).toEqual([]);
    expect(after).toEqual(plain.frames.slice(before).filter(client.isHeartbeat));
    if (client.ping !== null) expect(after.length).toBeGreaterThanOrEqual(4);
  });

  test('disconnect breaks the socket once; refuse-connections breaks it and lets none in', () => {
    const dropped = listen(client, ok(client, 'disconnect'));
    expect([dropped.closes, dropped.frames.length - dropped.before]).toEqual([1, 0]);
    const back = new Recorder(dropped.stand.transport, client.socket, client.subscribe);
    dropped.stand.clock.advanceBy(1_000);
    expect(back.frames.length).toBeGreaterThan(0);

    const refused = listen(client, ok(client, 'refuse-connections'));
    expect(refused.closes).toBe(1);
    const { practice, clock, transport } = refused.stand;
    // Where the address does not tell the product, the socket opens and breaks as soon as it names one of this feed.
    const kept = new Recorder(transport, client.socket, client.subscribe);
    clock.advanceBy(1_000);
    expect([kept.frames.filter(client.isDelta), kept.closes.map(({ code }) => code)]).toEqual([[], [1006]]);
    lift(practice, feed, 'refuse-connections');
    const again = new Recorder(transport, client.socket, client.subscribe);
    clock.advanceBy(1_000);
    expect(again.frames.length).toBeGreaterThan(0);
  });

  test('reconnect-storm: every socket breaks again after the amount, until it is switched off', () => {
    const { stand: here, closes } = listen(client, (practice) => {
      cause(practice, feed, 'reconnect-storm', { amount: 700 });
    });
    expect(closes).toBe(1);
    const second = new Recorder(here.transport, client.socket, client.subscribe);
    here.clock.advanceBy(600);
    expect(second.closes).toEqual([]);
    here.clock.advanceBy(200);
    expect(second.closes.map(({ code }) => code)).toEqual([1006]);
    lift(here.practice, feed, 'reconnect-storm');
    const third = new Recorder(here.transport, client.socket, client.subscribe);
    here.clock.advanceBy(2_000);
    expect(third.closes).toEqual([]);
  });

  test('rate-limit and server-errors: 429 in the venue’s own words and 502, sockets go on', async () => {
    const { stand: here, frames } = listen(client, ok(client, 'rate-limit'));
    expect(frames).toEqual(plain.frames);
    const limited = await here.get(client.rest);
    expect(limited.status).toBe(429);
    parse(limited.body);
    lift(here.practice, feed, 'rate-limit');
    cause(here.practice, feed, 'server-errors');
    expect((await here.get(client.rest)).status).toBe(502);
    lift(here.practice, feed, 'server-errors');
    expect((await here.get(client.rest)).status).toBe(200);
  });

  test('refuse-subscriptions: the venue says no, what is subscribed goes on', () => {
    const { stand: here, frames } = listen(client, ok(client, 'refuse-subscriptions'));
    expect(frames).toEqual(plain.frames);
    const late = new Recorder(here.transport, client.socket, client.subscribe);
    here.clock.advanceBy(1_000);
    expect(late.frames.some(client.isRefusal)).toBe(true);
    expect(late.frames.some(client.isDelta)).toBe(false);
  });

  test('delist: the instrument leaves the catalogue and comes back, its book stands still', async () => {
    const listed = async (here: Stand): Promise<boolean> =>
      (await here.get(client.catalogue)).body.includes(client.symbol);
    expect(await listed(plain.stand)).toBe(true);
    const gone = listen(client, (practice) => {
      cause(practice, feed, 'delist', { instrument: client.instrument });
    });
    // A frame that gathers changes may still be on its way.
    expect(gone.frames.slice(gone.before + 1).filter(client.isDelta)).toEqual([]);
    expect(await listed(gone.stand)).toBe(false);
    const late = new Recorder(gone.stand.transport, client.socket, client.subscribe);
    gone.stand.clock.advanceBy(1_000);
    expect(late.frames.filter(client.isDelta)).toEqual([]);
    lift(gone.stand.practice, feed, 'delist', client.instrument);
    expect(await listed(gone.stand)).toBe(true);
  });

  test('clock-skew: what the venue writes is ahead by the amount', () => {
    const { frames } = listen(client, (practice) => {
      cause(practice, feed, 'clock-skew', { amount: 3_600_000 });
    });
    expect(frames.length).toBe(plain.frames.length);
    const changed = differsAt(plain.frames, frames);
    expect(changed).toBeGreaterThan(0);
    expect(frames.slice(changed).filter(client.isDelta)).not.toEqual(
      plain.frames.slice(changed).filter(client.isDelta),
    );
    // Nothing but times differs.
    const timeless = (text: string): string =>
      text.replace(/17900\d{8}/g, 'T').replace(/2026-09-21[T ][\d:.]+(Z| \+0000 UTC)/g, 'T');
    expect(frames.map(timeless)).toEqual(plain.frames.map(timeless));
  });
});

test('[PP-3] [MD-8] halt and post-only: the latest holds, switching off goes back one by one', async () => {
  const { practice, get } = stand();
  const status = async (): Promise<Json> => {
    const answer = await get('https://api.kraken.com/0/public/AssetPairs?pair=XBTUSD');
    return at(parse(answer.body), 'result', 'XXBTZUSD', 'status');
  };
  const instrument = 'BTC-USD';
  practice.faults.setStatus('kraken:spot', instrument, 'limit-only');
  cause(practice, 'kraken:spot', 'halt', { instrument });
  expect(await status()).toBe('cancel_only');
  cause(practice, 'kraken:spot', 'post-only', { instrument });
  expect(await status()).toBe('post_only');
  cause(practice, 'kraken:spot', 'halt', { instrument });
  expect(await status()).toBe('cancel_only');
  lift(practice, 'kraken:spot', 'halt', instrument);
  expect(await status()).toBe('post_only');
  lift(practice, 'kraken:spot', 'post-only', instrument);
  expect(await status()).toBe('limit_only');
});

test('[ID-3] a book with two names answers to both', () => {
  const { practice } = stand();
  expect(cause(practice, 'coinbase:spot', 'halt', { instrument: 'BTC-USDC' })?.instrument).toBe('BTC-USD');
  lift(practice, 'coinbase:spot', 'halt', 'BTC-USD');
  expect(practice.faults.active()).toEqual([]);
});

test('[PP-3] bad-checksum: one frame of Kraken says another checksum', () => {
  const client = FEED_CLIENTS.find(({ feed }) => feed === 'kraken:spot');
  if (client === undefined) throw new Error('no kraken');
  const plain = listen(client).frames;
  const { frames } = listen(client, ok(client, 'bad-checksum'));
  const wrong = differsAt(plain, frames);
  const without = (text: string | undefined): string => (text ?? '').replace(/"checksum":\d+/, '');
  expect(without(frames[wrong])).toBe(without(plain[wrong]));
  expect(frames.toSpliced(wrong, 1)).toEqual(plain.toSpliced(wrong, 1));
});

test('[PP-3] a fault of one feed leaves every frame of the other feeds as it was', () => {
  for (const victim of FEED_CLIENTS) {
    const { practice, clock, transport } = stand({ seed: SEED });
    const calm = stand({ seed: SEED });
    const others = FEED_CLIENTS.filter(({ feed }) => feed !== victim.feed);
    const record = (line: Stand['transport']): Recorder[] =>
      others.map(({ socket, subscribe }) => new Recorder(line, socket, subscribe));
    const [meddled, plain] = [record(transport), record(calm.transport)];
    for (const fault of MARKET_FAULTS) {
      // These are for a whole venue or the whole world.
      if (fault === 'clock-skew' || fault === 'depeg') continue;
      practice.faults.apply({ feed: victim.feed, fault, on: true });
    }
    clock.advanceBy(3_000);
    calm.clock.advanceBy(3_000);
    expect(
      meddled.map(({ frames }) => frames),
      victim.feed,
    ).toEqual(plain.map(({ frames }) => frames));
  }
});

describe('[PP-3] orders that do not fit are refused and change nothing', () => {
  const { practice } = stand();
  const error = (command: Parameters<PracticeWorld['faults']['apply']>[0]): string => {
    const applied = practice.faults.apply(command);
    expect(practice.faults.active()).toEqual([]);
    return applied.ok ? 'no error' : applied.error;
  };

  test.each([
    [{ feed: 'binance:spot', fault: 'bad-checksum', on: true }, 'binance:spot sends no checksum'],
    [{ feed: 'okx:spot', fault: 'funding-interval', on: true }, 'okx:spot has no funding'],
    [
      { feed: 'bybit:perp', fault: 'funding-interval', on: true, amount: 3 },
      'a funding interval is 1, 2, 4 or 8 hours',
    ],
    [
      { feed: 'bybit:perp', fault: 'halt', on: true, instrument: 'NO-SUCH-PERP' },
      'bybit:perp has no instrument NO-SUCH-PERP',
    ],
    [
      { feed: 'bybit:perp', fault: 'silence', on: true, instrument: 'BTC-USDT-PERP' },
      'silence is for a whole feed, not for BTC-USDT-PERP alone',
    ],
    [{ feed: 'bybit:perp', fault: 'gap', on: false }, 'gap happens once: there is nothing to switch off'],
    [{ feed: 'bybit:perp', fault: 'silence', on: true, amount: 5 }, 'silence takes no amount'],
  ] as const)('%j', (command, text) => {
    expect(error(command)).toBe(text);
  });
});

test('[PP-3] active() tells what is on, its default amount and when it began; clear() ends it all', () => {
  const { practice, clock, get } = stand();
  const sinceMs = clock.wallMs();
  cause(practice, 'okx:spot', 'latency');
  clock.advanceBy(1_000);
  cause(practice, 'bybit:perp', 'halt');
  cause(practice, 'bybit:perp', 'gap');
  cause(practice, 'kraken:spot', 'depeg', { amount: 80 });
  cause(practice, 'bybit:spot', 'clock-skew');
  expect(practice.faults.active()).toEqual([
    { feed: 'okx:spot', fault: 'latency', amount: 400, instrument: null, sinceMs },
    { feed: 'bybit:perp', fault: 'halt', amount: null, instrument: 'BTC-USDT-PERP', sinceMs: sinceMs + 1_000 },
    { feed: 'bybit:perp', fault: 'gap', amount: null, instrument: null, sinceMs: sinceMs + 1_000 },
    { feed: 'kraken:spot', fault: 'depeg', amount: 80, instrument: null, sinceMs: sinceMs + 1_000 },
    { feed: 'bybit:spot', fault: 'clock-skew', amount: 3_000, instrument: null, sinceMs: sinceMs + 1_000 },
  ]);
  // A depeg is one for the whole world, a skew one for the venue's feeds together.
  cause(practice, 'binance:spot', 'depeg', { amount: 40 });
  lift(practice, 'bybit:perp', 'clock-skew');
  expect(practice.faults.active().map(({ feed, fault, amount }) => [feed, fault, amount])).toEqual([
    ['okx:spot', 'latency', 400],
    ['bybit:perp', 'halt', null],
    ['bybit:perp', 'gap', null],
    ['binance:spot', 'depeg', 40],
  ]);
  practice.faults.clear();
  expect(practice.faults.active()).toEqual([]);
  return get('https://api.bybit.com/v5/market/instruments-info?category=linear&symbol=BTCUSDT').then(({ body }) => {
    expect(body).toContain('"status":"Trading"');
  });
});

test('[PP-3] the state names every served feed with its instruments, sockets and frames', () => {
  const { practice, clock, transport } = stand();
  for (const { socket, subscribe } of FEED_CLIENTS) new Recorder(transport, socket, subscribe);
  clock.advanceBy(2_000);
  const state = practice.state();
  expect(state).toMatchObject({ world: 'synthetic', seed: SEED, active: [] });
  expect(state.feeds.map(({ feed }) => feed)).toEqual(
    FEEDS.filter((feed) => FEED_CLIENTS.some((one) => one.feed === feed)),
  );
  for (const { feed, instruments, sockets, framesSent } of state.feeds) {
    expect(instruments.every((name) => name.endsWith('-PERP') === (productOf(feed) === 'perp'))).toBe(true);
    expect(feedId(venueOf(feed), productOf(feed))).toBe(feed);
    expect(sockets, feed).toBe(1);
    expect(framesSent, feed).toBeGreaterThan(5);
  }
});
