import type { Clock } from '#shared/kernel/time';
import type { ChannelState, RawChannel } from './channel.ts';
import { readJson } from './read-json.ts';

/** The part of a browser's WebSocket that the channel uses. */
export interface Socket {
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface SocketEnvironment {
  open(): Socket;
  clock: Clock;
  /** Uniform in [0, 1): spreads the retries of several windows. */
  random(): number;
}

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 5_000;
const CONNECT_DEADLINE_MS = 10_000;

/** Wait before retry number `attempt` (0 first): doubling, bounded, jittered to between half and all of it. */
export function retryDelayMs(attempt: number, random: number): number {
  const full = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempt, 10));
  return full * (0.5 + random / 2);
}

/**
 * The web host's channel: JSON text over one WebSocket, authorised by the page's cookie. It reconnects for as long as
 * the page lives. `send` while it is not open drops the request: its sender hears `lost` and answers for it.
 */
export function openSocketChannel(environment: SocketEnvironment): RawChannel {
  const messageListeners = new Set<(message: unknown) => void>();
  const stateListeners = new Set<(state: ChannelState) => void>();
  let state: ChannelState = 'connecting';
  let socket: Socket | undefined;
  let attempt = 0;

  const setState = (next: ChannelState) => {
    if (state === next) return;
    state = next;
    for (const listener of stateListeners) listener(next);
  };

  const connect = () => {
    const current = environment.open();
    socket = current;
    const cancelDeadline = environment.clock.after(CONNECT_DEADLINE_MS, () => current.close());
    current.onopen = () => {
      cancelDeadline();
      attempt = 0;
      setState('open');
    };
    current.onmessage = (event) => {
      const message = readJson(event.data);
      for (const listener of messageListeners) listener(message);
    };
    current.onclose = () => {
      cancelDeadline();
      socket = undefined;
      setState('lost');
      environment.clock.after(retryDelayMs(attempt, environment.random()), connect);
      attempt += 1;
    };
  };
  connect();

  return {
    send: (request) => {
      if (state === 'open') socket?.send(JSON.stringify(request));
    },
    onMessage: (listener) => {
      messageListeners.add(listener);
      return () => messageListeners.delete(listener);
    },
    onState: (listener) => {
      stateListeners.add(listener);
      listener(state);
      return () => stateListeners.delete(listener);
    },
  };
}
