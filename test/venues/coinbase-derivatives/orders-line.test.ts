import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { userStream } from '#main/venues/coinbase/orders/stream';
import { GatewayLine } from '#main/venues/coinbase-derivatives/orders/line';
import type { AdapterContext, PrivateSink } from '#main/venues/orders/adapter';
import { SeededRandom } from '#shared/kernel/random';
import type { SocketEvents, Transport } from '#shared/kernel/transport';
import { VirtualClock } from '#shared/kernel/virtual-clock';

/** A socket that answers every gateway call with what its method's answer is, or what the test says. */
function rig() {
  const clock = new VirtualClock(Date.UTC(2026, 9, 9));
  const states: string[] = [];
  let socket: SocketEvents | null = null;
  const say = (message: object): void => socket?.message(new TextEncoder().encode(JSON.stringify(message)));
  const results: Readonly<Record<string, (params: Record<string, unknown>) => unknown>> = {
    'public/auth': () => ({ access_token: 'token-of-the-gateway', expires_in: 900 }),
    'private/enable_cancel_on_disconnect': () => 'ok',
    'private/get_cancel_on_disconnect': () => ({ enabled: true, scope: 'connection' }),
    'private/subscribe': ({ channels }) => channels,
  };
  const transport: Transport = {
    openSocket: (_url, events) => {
      socket = events;
      clock.after(1, () => events.open());
      return {
        send: (text) => {
          const { id, method, params } = JSON.parse(text);
          if (method !== undefined) clock.after(1, () => say({ id, result: results[method]?.(params) ?? 'ok' }));
        },
        ping: () => undefined,
        close: () => undefined,
        terminate: () => undefined,
      };
    },
    request: () => Promise.reject(new Error('no calls here')),
  };
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const context: Partial<AdapterContext> = {
    credentials: {
      keyName: 'organizations/o/apiKeys/k',
      privateKey: privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
    },
    transport,
    clock,
    random: new SeededRandom(7),
    skewMs: () => 0,
    hide: () => undefined,
  };
  const sink: Partial<PrivateSink> = {
    stream: (state) => states.push(state),
    heard: () => undefined,
    unreadable: () => undefined,
  };
  const run = (ms: number) =>
    clock.runUntil(clock.wallMs() + ms, () => new Promise((resolve) => setImmediate(resolve)));
  return { clock, states, say, run, context: context as AdapterContext, sink: sink as PrivateSink };
}

test('the trading socket renews its sign-in while it lives; stopped, no timer of it is left', async () => {
  const { clock, states, run, context, sink } = rig();
  const stop = new GatewayLine(context).open(sink, { notified: () => undefined, live: () => undefined });
  await run(100);
  expect(states.at(-1)).toBe('live');
  await run(800_000);
  expect(states.filter((state) => state === 'live')).toHaveLength(1);
  stop();
  clock.advanceBy(0);
  expect(clock.pending()).toBe(0);
});

test('a message that is waited for leaves no timer behind a user stream that is stopped', async () => {
  const { clock, say, run, context, sink } = rig();
  const stop = userStream(context, sink);
  await run(100);
  const frame = (sequence_num: number) => ({ channel: 'heartbeats', sequence_num, events: [] });
  say(frame(0));
  say(frame(2));
  stop();
  expect(clock.pending()).toBe(0);
});
