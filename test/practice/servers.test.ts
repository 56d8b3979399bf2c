import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { SystemClock } from '#main/app/system-clock';
import { createPracticeWorld } from '#main/practice/practice';
import { PracticeServers } from '#main/practice/servers';
import type { LocalVenue } from '#main/practice/wire/venue';

const stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const systemClock = (): SystemClock =>
  new SystemClock((error) => {
    throw error;
  });

async function serve(servers: readonly LocalVenue[]): Promise<number> {
  const local = new PracticeServers(servers, systemClock());
  stops.push(() => local.stop());
  return (await local.start()).port;
}

async function practice(): Promise<{ port: number; faults: ReturnType<typeof createPracticeWorld>['faults'] }> {
  const clock = systemClock();
  const world = createPracticeWorld({ seed: 7, clock, world: 'synthetic' });
  const port = await serve(world.servers);
  world.start();
  stops.push(() => world.stop());
  return { port, faults: world.faults };
}

/** A real request with the venue's Host header, read as raw bytes: status line and body. */
function raw(port: number, host: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    });
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
}

function dial(port: number, host: string, path: string): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers: { host }, perMessageDeflate: false });
  stops.push(() => socket.terminate());
  return socket;
}

const frames = (socket: WebSocket, count: number): Promise<string[]> =>
  new Promise((resolve, reject) => {
    const heard: string[] = [];
    socket.on('error', reject);
    socket.on('message', (data: Buffer) => {
      heard.push(data.toString('utf8'));
      if (heard.length === count) resolve(heard);
    });
  });

test('[PP-2] one local port serves all five venues by their Host header', async () => {
  const { port } = await practice();
  for (const [host, path, part] of [
    ['api.binance.com', '/api/v3/time', '"serverTime"'],
    ['api.coinbase.com', '/v2/time', '"epoch"'],
    ['api.bybit.com', '/v5/market/time', '"timeNano"'],
    ['www.okx.com', '/api/v5/public/time', '"ts"'],
    ['api.kraken.com:443', '/0/public/Time', '"unixtime"'],
  ] as const) {
    const answer = await raw(port, host, path);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain(part);
  }
  expect(await raw(port, 'example.com', '/')).toMatch(/^HTTP\/1\.1 421 /);
});

test('[PP-2] real sockets carry the same protocol, and a dropped connection breaks without a handshake', async () => {
  const { port, faults } = await practice();
  const kraken = dial(port, 'ws.kraken.com', '/v2');
  kraken.on('open', () =>
    kraken.send('{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":10}}'),
  );
  const heard = await frames(kraken, 5);
  expect(heard[0]).toContain('"channel":"status"');
  expect(heard[2]).toContain('"type":"snapshot"');
  expect(heard[4]).toContain('"type":"update"');
  const closed = new Promise<number>((resolve) => kraken.on('close', resolve));
  faults.apply({ feed: 'kraken:spot', fault: 'disconnect', on: true });
  expect(await closed).toBe(1006);
});

test('[PP-3] over real sockets too: late answers, refused connections, and the feed beside it untouched', async () => {
  const { port, faults } = await practice();
  const linear = '/v5/market/tickers?category=linear&symbol=BTCUSDT';
  const timed = async (path: string): Promise<number> => {
    const startMs = performance.now();
    expect(await raw(port, 'api.bybit.com', path)).toMatch(/^HTTP\/1\.1 200 /);
    return performance.now() - startMs;
  };
  expect(faults.apply({ feed: 'bybit:perp', fault: 'latency', on: true, amount: 400 }).ok).toBe(true);
  const [late, soon] = await Promise.all([timed(linear), timed('/v5/market/time')]);
  expect(late).toBeGreaterThan(395);
  expect(soon).toBeLessThan(350);

  expect(faults.apply({ feed: 'bybit:perp', fault: 'refuse-connections', on: true }).ok).toBe(true);
  const refused = dial(port, 'stream.bybit.com', '/v5/public/linear');
  expect(await new Promise((resolve) => refused.on('error', (error) => resolve(error.message)))).toContain('503');
  const spot = dial(port, 'stream.bybit.com', '/v5/public/spot');
  await new Promise((resolve) => spot.on('open', resolve));
});

test('an unknown host, an unknown path and a nonsense request end cleanly', async () => {
  const { port } = await practice();
  const lost = dial(port, 'example.com', '/ws');
  expect(await new Promise((resolve) => lost.on('error', (error) => resolve(error.message)))).toContain('421');
  const wrong = dial(port, 'ws.kraken.com', '/v9');
  expect(await new Promise((resolve) => wrong.on('close', resolve))).toBe(1008);
  const nonsense = await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('nonsense\r\n\r\n'));
    socket.on('close', () => resolve('closed'));
    socket.on('error', () => resolve('closed'));
  });
  expect(nonsense).toBe('closed');
  expect(await raw(port, 'api.kraken.com', '/0/public/SystemStatus')).toContain('online');
});

test('[PP-3] a lost answer: the connection stays open and silent until the client has had enough', async () => {
  const port = await serve([
    {
      hosts: ['silent.test'],
      refuses: () => false,
      answerDelayMs: () => 0,
      announces: () => false,
      request: ({ url }) => (url.endsWith('/lost') ? 'lost' : { status: 200, headers: {}, body: 'here' }),
      connect: () => ({ message: () => {}, ping: () => {}, pong: () => {}, closed: () => {} }),
    },
  ]);
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.on('data', (data) => {
    heard += data.toString();
  });
  socket.write('GET /lost HTTP/1.1\r\nHost: silent.test\r\n\r\n');
  // An answer to a later call proves that the server has long passed the lost one.
  expect(await raw(port, 'silent.test', '/other')).toContain('here');
  socket.setTimeout(150);
  await new Promise((resolve) => socket.on('timeout', resolve));
  expect([heard, socket.destroyed, socket.readyState]).toEqual(['', false, 'open']);
  socket.destroy();
});

test('a client that does not read is dropped instead of filling memory', async () => {
  let push: ((text: string) => void) | null = null;
  let closed = false;
  const port = await serve([
    {
      hosts: ['flood.test'],
      refuses: () => false,
      answerDelayMs: () => 0,
      announces: () => false,
      request: () => ({ status: 200, headers: {}, body: '' }),
      connect: (_url, socket) => {
        push = (text) => socket.send(text);
        return {
          message: () => {},
          ping: () => {},
          pong: () => {},
          closed: () => {
            closed = true;
          },
        };
      },
    },
  ]);
  const socket = dial(port, 'flood.test', '/');
  await new Promise((resolve) => socket.on('open', resolve));
  socket.pause();
  const block = 'x'.repeat(1_000_000);
  for (let sent = 0; sent < 200 && !closed; sent += 1) {
    (push as ((text: string) => void) | null)?.(block);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(closed).toBe(true);
});
