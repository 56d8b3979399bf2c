import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { openSocketChannel, retryDelayMs, type Socket } from '../../../src-renderer/bridge/socket-channel.ts';

class TestSocket implements Socket {
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  readonly sent: string[] = [];
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.onclose?.(new Event('close') as CloseEvent);
  }
  opens(): void {
    this.onopen?.(new Event('open'));
  }
  says(data: unknown): void {
    this.onmessage?.(new MessageEvent('message', { data }));
  }
}

function start() {
  const clock = new VirtualClock(0);
  const sockets: TestSocket[] = [];
  const channel = openSocketChannel({
    open: () => {
      const socket = new TestSocket();
      sockets.push(socket);
      return socket;
    },
    clock,
    random: () => 1,
  });
  const states: string[] = [];
  const messages: unknown[] = [];
  channel.onState((state) => states.push(state));
  channel.onMessage((message) => messages.push(message));
  const last = () => {
    const socket = sockets.at(-1);
    if (socket === undefined) throw new Error('no socket was opened');
    return socket;
  };
  return { clock, channel, sockets, states, messages, last };
}

describe('socket channel', () => {
  it('tells its state at once and at each change', () => {
    const { states, last } = start();
    last().opens();
    last().close();
    expect(states).toEqual(['connecting', 'open', 'lost']);
  });

  it('hands on JSON decoded and anything else as it came', () => {
    const { messages, last } = start();
    last().opens();
    last().says('{"kind":"pulse","wallMs":1}');
    last().says('{"kind":');
    expect(messages).toEqual([{ kind: 'pulse', wallMs: 1 }, '{"kind":']);
  });

  it('sends nothing unless it is open', () => {
    const { channel, last } = start();
    const request = { kind: 'subscribe', id: 1, topic: 'status' } as const;
    channel.send(request);
    expect(last().sent).toEqual([]);
    last().opens();
    channel.send(request);
    expect(last().sent).toEqual([JSON.stringify(request)]);
  });

  it('reconnects with doubling waits, bounded, and starts over after a success', () => {
    const { clock, sockets, last } = start();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 7; attempt += 1) {
      last().close();
      const before = sockets.length;
      let waited = 0;
      while (sockets.length === before && waited < 20_000) {
        clock.advanceBy(50);
        waited += 50;
      }
      waits.push(waited);
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
    last().opens();
    last().close();
    clock.advanceBy(250);
    expect(sockets).toHaveLength(9);
  });

  it('gives up a connection that neither opens nor fails', () => {
    const { clock, states } = start();
    clock.advanceBy(10_000);
    expect(states).toEqual(['connecting', 'lost']);
  });

  it('spreads retries between half and all of the wait', () => {
    expect(retryDelayMs(2, 0)).toBe(500);
    expect(retryDelayMs(2, 1)).toBe(1_000);
    expect(retryDelayMs(400, 1)).toBe(5_000);
  });
});
