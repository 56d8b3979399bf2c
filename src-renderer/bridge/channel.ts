import type { Channel, Request } from '#shared/contract/messages';
import { browserClock } from './browser-clock.ts';
import { readJson } from './read-json.ts';
import { openSocketChannel } from './socket-channel.ts';

export type ChannelState = 'connecting' | 'open' | 'lost';

/** A {@link Channel} whose texts are read as JSON and no further: nothing that came over a transport is believed yet. */
export interface RawChannel {
  send(request: Request): void;
  onMessage(listener: (message: unknown) => void): () => void;
  onState(listener: (state: ChannelState) => void): () => void;
}

declare global {
  interface Window {
    /** Put there by the desktop app's preload; absent in a browser. */
    readonly crossbook?: Channel;
  }
}

/** What a person may do when the engine stays away; the desktop app restarts its own. */
export const RECONNECT_HINT =
  window.crossbook === undefined ? 'If the program was restarted, open the new address it printed.' : '';

/** The way to the engine: the desktop app's preload where there is one, else a WebSocket to the host of this page. */
export function openChannel(): RawChannel {
  const desktop = window.crossbook;
  if (desktop !== undefined) {
    return { ...desktop, onMessage: (listener) => desktop.onMessage((text) => listener(readJson(text))) };
  }
  const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws';
  const url = `${scheme}://${window.location.host}/channel`;
  return openSocketChannel({ open: () => new WebSocket(url), clock: browserClock, random: Math.random });
}
