/** The only thing the page sees of the desktop: a {@link Channel} as `window.crossbook`. */
import { contextBridge, ipcRenderer } from 'electron';
import type { Channel, Request } from '#shared/contract/messages';
import { FROM_WINDOW, TO_WINDOW } from './channel-names.ts';

type State = 'connecting' | 'open' | 'lost';
const REOPEN_MS = 500;

const messageListeners = new Set<(text: string) => void>();
const stateListeners = new Set<(state: State) => void>();
let state: State = 'connecting';

ipcRenderer.on(TO_WINDOW.message, (_event, text: string) => {
  ipcRenderer.send(FROM_WINDOW.taken);
  for (const listener of messageListeners) listener(text);
});

ipcRenderer.on(TO_WINDOW.state, (_event, next: 'open' | 'lost') => {
  state = next;
  for (const listener of stateListeners) listener(next);
  if (next === 'lost') setTimeout(() => ipcRenderer.send(FROM_WINDOW.open), REOPEN_MS);
});

const channel: Channel = {
  send: (request: Request) => ipcRenderer.send(FROM_WINDOW.request, request),
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

contextBridge.exposeInMainWorld('crossbook', channel);
ipcRenderer.send(FROM_WINDOW.open);
