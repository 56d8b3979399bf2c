import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepPrivateSocket, type PrivateLine, type PrivateSocketOptions } from '#main/venues/orders/private-socket';
import { SeededRandom } from '#shared/kernel/random';
import type { ClientSocket, SocketEvents, Transport } from '#shared/kernel/transport';
import { VirtualClock } from '#shared/kernel/virtual-clock';

const encoder = new TextEncoder();

/** A venue that opens every socket after 5 ms and answers what the test says. */
class Venue implements Transport {
  readonly clock = new VirtualClock(0);
  readonly sockets: { readonly url: string; readonly events: SocketEvents; closed: boolean }[] = [];
  readonly sent: string[] = [];
  readonly states: string[] = [];
  readonly messages: unknown[] = [];
  opens = true;
  pings = 0;
  line: PrivateLine | null = null;
  stop: () => void = () => undefined;

  begin(options: Partial<PrivateSocketOptions> = {}): void {
    this.stop = keepPrivateSocket({
      transport: this,
      clock: this.clock,
      random: new SeededRandom(3),
      url: () => Promise.resolve('wss://venue/private'),
      opened: (line) => {
        this.line = line;
        line.send({ op: 'login' });
      },
      message: (body, text, line) => {
        this.messages.push(body);
        if (text === '{"op":"ok"}') line.live();
        if (text === '{"op":"no"}') line.drop('login refused');
      },
      ping: { everyMs: 20_000, text: () => 'ping' },
      silenceMs: 45_000,
      loginMs: 10_000,
      heard: () => undefined,
      state: (state, reason) => this.states.push(reason === '' ? state : `${state}: ${reason}`),
      ...options,
    });
  }

  openSocket(url: string, events: SocketEvents): ClientSocket {
    const socket = { url, events, closed: false };
    this.sockets.push(socket);
    if (this.opens) this.clock.after(5, () => socket.closed || events.open());
    const close = () => {
      socket.closed = true;
    };
    return { send: (text) => this.sent.push(text), ping: () => (this.pings += 1), close, terminate: close };
  }

  request(): never {
    throw new Error('no calls here');
  }

  say(text: string): void {
    this.sockets.at(-1)?.events.message(encoder.encode(text));
  }

  run(ms: number): Promise<void> {
    return this.clock.runUntil(this.clock.wallMs() + ms, () => new Promise((resolve) => setImmediate(resolve)));
  }

  async live(): Promise<void> {
    await this.run(10);
    this.say('{"op":"ok"}');
    expect(this.states.at(-1)).toBe('live');
  }
}

let venue: Venue;
beforeEach(() => {
  venue = new Venue();
});
afterEach(async () => {
  venue.stop();
  await venue.run(100_000);
  expect(venue.clock.pending()).toBe(0);
  expect(venue.sockets.every(({ closed }) => closed)).toBe(true);
});

test('it logs in, is live once that is confirmed, pings, and reads numbers as text', async () => {
  venue.begin();
  await venue.live();
  expect(venue.states).toEqual(['connecting: starting', 'live']);
  venue.say('{"price":1.50}');
  venue.say('pong');
  expect(venue.messages.slice(1)).toEqual([{ price: '1.50' }, 'pong']);
  await venue.run(40_010);
  expect(venue.sent).toEqual(['{"op":"login"}', 'ping', 'ping']);
});

test('a protocol ping where the venue wants one', async () => {
  venue.begin({ ping: { everyMs: 1_000, text: null } });
  await venue.live();
  await venue.run(3_010);
  expect(venue.pings).toBe(3);
});

test('[EX-5] silence is a lost line, and a new one is made', async () => {
  venue.begin();
  await venue.live();
  await venue.run(46_000);
  expect(venue.states.slice(2)).toContain('lost: silent for 45 s');
  await venue.run(2_000);
  expect(venue.sockets).toHaveLength(2);
  await venue.live();
});

test('a login that is refused, or not answered, is a lost line with its reason', async () => {
  venue.begin();
  await venue.run(10);
  venue.say('{"op":"no"}');
  expect(venue.states.at(-1)).toBe('lost: login refused');
  await venue.run(14_000);
  expect(venue.states).toContain('lost: the login was not answered');
});

test('a venue that does not open the socket is tried again, with growing pauses', async () => {
  venue.opens = false;
  venue.begin();
  await venue.run(600_000);
  expect(venue.states).toContain('lost: no answer to the connect');
  expect(venue.sockets.length).toBeGreaterThan(12);
  expect(venue.sockets.length).toBeLessThan(60);
});

test('an address that cannot be had is asked for again, and each connection gets its own', async () => {
  let asked = 0;
  venue.begin({
    url: () => {
      asked += 1;
      return asked === 1
        ? Promise.resolve(null)
        : asked === 2
          ? Promise.reject(new Error('down'))
          : Promise.resolve(`wss://venue/${asked}`);
    },
  });
  await venue.run(10_000);
  expect(venue.states.filter((state) => state.startsWith('lost'))).toHaveLength(2);
  expect(venue.sockets[0]?.url).toBe('wss://venue/3');
});

test('nothing of an older connection is passed on', async () => {
  venue.begin();
  await venue.live();
  const [old] = venue.sockets;
  const oldLine = venue.line;
  old?.events.closed(1006, 'gone');
  expect(venue.states.at(-1)).toBe('lost: closed by the venue (1006 gone)');
  old?.events.message(encoder.encode('{"late":1}'));
  oldLine?.live();
  old?.events.closed(1006, 'again');
  expect(venue.messages).toHaveLength(1);
  expect(venue.states.filter((state) => state.startsWith('lost'))).toHaveLength(1);
});

test('stopped while it connects, it opens nothing more', async () => {
  let give: (url: string) => void = () => undefined;
  venue.begin({
    url: () =>
      new Promise((resolve) => {
        give = resolve;
      }),
  });
  venue.stop();
  give('wss://venue/late');
  await venue.run(60_000);
  expect(venue.sockets).toEqual([]);
});

test('a login that cannot be made ends the line instead of the program; another is tried', async () => {
  venue.begin({
    opened: () => {
      throw new TypeError('no key');
    },
  });
  await venue.run(10);
  expect(venue.states.at(-1)).toBe('lost: the login could not be made');
  await venue.run(2_000);
  expect(venue.sockets.length).toBeGreaterThan(1);
});

test('[EX-5] a message that cannot be taken in ends the line instead of the program; a new one reads everything again', async () => {
  venue.begin({
    message: (_body, text, line) => {
      if (text === '{"op":"ok"}') line.live();
      else throw new TypeError('a price of abc');
    },
  });
  await venue.live();
  venue.say('{"price":"abc"}');
  expect(venue.states.at(-1)).toBe('lost: a message could not be read');
  await venue.run(2_000);
  expect(venue.sockets).toHaveLength(2);
});
