import { expect, test } from 'vitest';
import type { RecordedLine } from '#main/recording/line';
import { RecordingTransport, SocketNumbers } from '#main/recording/recording-transport';
import type { ClientSocket, HttpRequest, HttpResponse, SocketEvents, Transport } from '#shared/kernel/transport';
import { TransportError } from '#shared/kernel/transport';
import { VirtualClock } from '#shared/kernel/virtual-clock';

const bytes = (text: string) => new TextEncoder().encode(text);

/** A venue under the test's hand. */
class HandTransport implements Transport {
  readonly opened: { readonly url: string; readonly events: SocketEvents }[] = [];
  answer: () => Promise<HttpResponse> = () => Promise.reject(new TransportError('no answer'));

  openSocket(url: string, events: SocketEvents): ClientSocket {
    this.opened.push({ url, events });
    return { send: () => undefined, ping: () => undefined, close: () => undefined, terminate: () => undefined };
  }

  request(_request: HttpRequest): Promise<HttpResponse> {
    return this.answer();
  }
}

function rig() {
  const clock = new VirtualClock(1_000_000);
  const inner = new HandTransport();
  const lines: RecordedLine[] = [];
  const transport = new RecordingTransport({
    inner,
    feed: 'kraken:perp',
    clock,
    sink: (line) => lines.push(line),
    numbers: new SocketNumbers(),
  });
  const heard: string[] = [];
  const events: SocketEvents = {
    open: () => heard.push('open'),
    message: (data) => heard.push(Buffer.from(data).toString('latin1')),
    pong: () => heard.push('pong'),
    ping: () => heard.push('ping'),
    closed: (code, reason) => heard.push(`closed ${code} ${reason}`),
  };
  return { clock, inner, lines, transport, heard, events };
}

test('every frame is written down as it came and handed on; the sockets of a feed are told apart', () => {
  const { clock, inner, lines, transport, heard, events } = rig();
  transport.openSocket('wss://a/1', events);
  transport.openSocket('wss://a/2', events);
  const [first, second] = inner.opened;
  first?.events.open();
  first?.events.message(bytes('{"x":1.00}'));
  clock.advanceBy(5);
  second?.events.message(new Uint8Array([0xc3, 0x28]));
  first?.events.pong();
  first?.events.closed(1006, 'reset');
  expect(lines).toEqual([
    { at: 1_000_000, feed: 'kraken:perp', ws: '{"x":1.00}', socket: 1, url: 'wss://a/1' },
    { at: 1_000_005, feed: 'kraken:perp', ws64: 'wyg=', socket: 2, url: 'wss://a/2' },
    { at: 1_000_005, feed: 'kraken:perp', socket: 1, closed: '1006 reset' },
  ]);
  expect(heard).toEqual(['open', '{"x":1.00}', 'Ã(', 'pong', 'closed 1006 reset']);
});

test('answers are written down with their path, status and time; a call without one leaves no line', async () => {
  const { clock, inner, lines, transport } = rig();
  const request: HttpRequest = {
    method: 'GET',
    url: 'https://futures.kraken.com/derivatives/api/v3/tickers?symbol=PF_XBTUSD',
    headers: {},
    body: undefined,
    timeoutMs: 1000,
  };
  await expect(transport.request(request)).rejects.toThrow('no answer');
  inner.answer = async () => {
    clock.advanceBy(42);
    return { status: 429, headers: {}, body: 'slow down' };
  };
  expect((await transport.request(request)).status).toBe(429);
  inner.answer = async () => ({ status: 200, headers: {}, body: '{}' });
  await transport.request(request);
  const path = '/derivatives/api/v3/tickers?symbol=PF_XBTUSD';
  expect(lines).toEqual([
    { at: 1_000_042, feed: 'kraken:perp', rest: { path, body: 'slow down', status: 429, ms: 42 } },
    { at: 1_000_042, feed: 'kraken:perp', rest: { path, body: '{}', ms: 0 } },
  ]);
});
