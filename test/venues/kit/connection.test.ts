import { beforeEach, describe, expect, it } from 'vitest';
import { Connection } from '#main/venues/kit/connection';
import { SeededRandom } from '#shared/kernel/random';
import type { ClientSocket, SocketEvents, Transport } from '#shared/kernel/transport';
import { VirtualClock } from '#shared/kernel/virtual-clock';

const HOUR = 3_600_000;

/** A line of which the test is the other end. */
class Line implements Transport {
  readonly sockets: { readonly events: SocketEvents; readonly sent: string[]; pings: number; terminated: boolean }[] =
    [];

  /** Happens while a socket is being opened. */
  opening: () => void = () => undefined;

  openSocket(_url: string, events: SocketEvents): ClientSocket {
    const socket = { events, sent: [] as string[], pings: 0, terminated: false };
    this.sockets.push(socket);
    this.opening();
    return {
      send: (text) => socket.sent.push(text),
      ping: () => {
        socket.pings += 1;
      },
      close: () => undefined,
      terminate: () => {
        socket.terminated = true;
      },
    };
  }

  request(): Promise<never> {
    throw new Error('no requests here');
  }

  get last() {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error('no socket yet');
    return socket;
  }
}

describe('connection', () => {
  let clock: VirtualClock;
  let line: Line;
  let told: string[];
  let connection: Connection;
  let onConnecting: () => void;
  const data = () => {
    line.last.events.message(Uint8Array.of(1));
    connection.gotData();
  };

  beforeEach(() => {
    clock = new VirtualClock(0);
    line = new Line();
    told = [];
    onConnecting = () => undefined;
    connection = new Connection({
      transport: line,
      clock,
      random: new SeededRandom(1),
      url: 'wss://venue.example',
      liveness: {
        probeAfterMs: 1_000,
        probeText: null,
        keepAliveMs: 20_000,
        keepAliveText: 'alive',
        silenceMs: 10_000,
        maxAgeMs: 24 * HOUR,
      },
      sendGapMs: 100,
      events: {
        connecting: (epoch) => {
          told.push(`connecting ${epoch}`);
          onConnecting();
        },
        open: (epoch) => told.push(`open ${epoch}`),
        message: (bytes) => told.push(`message ${bytes.length}`),
        heard: () => undefined,
        lost: (epoch, reason) => told.push(`lost ${epoch}: ${reason}`),
      },
    });
    connection.start();
    clock.advanceBy(1_000);
  });

  it('gives up a connect that gets no answer, and tries again', () => {
    clock.advanceBy(12_000);
    expect(told).toEqual(['connecting 1', 'lost 1: no answer to the connect', 'connecting 2']);
    expect(line.sockets.map(({ terminated }) => terminated)).toEqual([true, false]);
  });

  it('[MD-2] pings a quiet socket; pongs alone do not keep it', () => {
    line.last.events.open();
    for (let i = 0; i < 40; i += 1) {
      clock.advanceBy(500);
      if (!line.sockets[0]?.terminated) line.last.events.pong();
    }
    expect(told.slice(0, 3)).toEqual(['connecting 1', 'open 1', 'lost 1: silent for 10 s']);
    line = new Line();
  });

  it('[MD-2] probes once a second while nothing at all is heard', () => {
    line.last.events.open();
    clock.advanceBy(5_300);
    expect(line.last.pings).toBe(5);
  });

  it('[MD-2] replaces a socket that only sends messages without data', () => {
    line.last.events.open();
    for (let i = 0; i < 70; i += 1) {
      clock.advanceBy(1_000);
      if (line.sockets.length === 1) line.last.events.message(Uint8Array.of(1));
    }
    expect(told.find((line) => line.startsWith('lost'))).toBe('lost 1: no market data for 60 s');
  });

  it('replaces a socket before the venue’s limit for its age', () => {
    line.last.events.open();
    for (let hours = 0; hours < 22; hours += 0.001) {
      clock.advanceBy(3_600);
      data();
    }
    expect(told.some((one) => one.startsWith('lost'))).toBe(false);
    for (let hours = 22; hours < 24.1 && line.sockets.length === 1; hours += 0.001) {
      clock.advanceBy(3_600);
      data();
    }
    expect(told.findLast((one) => one.startsWith('lost'))).toContain('age');
    expect(clock.monoMs()).toBeLessThan(24 * HOUR);
  });

  it('sends in order, at the venue’s pace, and keeps alive at its period', () => {
    line.last.events.open();
    for (const text of ['a', 'b', 'c']) connection.send(text);
    expect(line.last.sent).toEqual(['a']);
    clock.advanceBy(99);
    expect(line.last.sent).toEqual(['a']);
    clock.advanceBy(101);
    expect(line.last.sent).toEqual(['a', 'b', 'c']);
    for (let i = 0; i < 41; i += 1) {
      clock.advanceBy(1_000);
      data();
    }
    expect(line.last.sent).toEqual(['a', 'b', 'c', 'alive', 'alive']);
  });

  it('[MD-3] passes nothing on from a socket it has given up', () => {
    line.last.events.open();
    const first = line.last;
    connection.reconnect('asked');
    first.events.message(Uint8Array.of(1));
    first.events.closed(1006, '');
    clock.advanceBy(2_000);
    line.last.events.open();
    first.events.message(Uint8Array.of(1));
    first.events.closed(1006, '');
    data();
    expect(told).toEqual(['connecting 1', 'open 1', 'lost 1: asked', 'connecting 2', 'open 2', 'message 1']);
  });

  it('waits longer each time it fails, at most 30 s, and starts over after a connection that lasted', () => {
    const waits: number[] = [];
    for (let i = 0; i < 40; i += 1) {
      const from = clock.monoMs();
      const count = line.sockets.length;
      line.last.events.closed(1006, 'refused');
      while (line.sockets.length === count) clock.advanceBy(50);
      waits.push(clock.monoMs() - from);
    }
    expect(Math.max(...waits)).toBeGreaterThan(15_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(30_150);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(100);
    line.last.events.open();
    for (let i = 0; i < 31; i += 1) {
      clock.advanceBy(1_000);
      data();
    }
    const from = clock.monoMs();
    const count = line.sockets.length;
    line.last.events.closed(1001, 'going away');
    while (line.sockets.length === count) clock.advanceBy(50);
    expect(clock.monoMs() - from).toBeLessThan(700);
    expect(told.filter((one) => one.startsWith('lost')).at(-1)).toContain('1001 going away');
  });

  it('does nothing more once stopped', () => {
    line.last.events.open();
    connection.stop();
    const count = told.length;
    line.last.events.message(Uint8Array.of(1));
    line.last.events.closed(1006, '');
    connection.send('late');
    clock.advanceBy(HOUR);
    expect([told.length, line.sockets.length, line.last.sent, line.last.terminated]).toEqual([count, 1, [], true]);
  });

  it('opens nothing when it is stopped by whoever hears that it connects', () => {
    line.last.events.open();
    onConnecting = () => connection.stop();
    line.last.events.closed(1006, '');
    clock.advanceBy(HOUR);
    expect(told.at(-1)).toBe('connecting 2');
    expect(line.sockets).toHaveLength(1);
  });

  it('ends a socket that it was stopped under while it opened', () => {
    line.last.events.open();
    line.opening = () => connection.stop();
    line.last.events.closed(1006, '');
    clock.advanceBy(HOUR);
    expect(line.sockets.map(({ terminated }) => terminated)).toEqual([false, true]);
  });
});
