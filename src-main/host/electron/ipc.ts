import { type BrowserWindow, type IpcMainEvent, ipcMain } from 'electron';
import type { Link, Session } from '../session.ts';
import { FROM_WINDOW, TO_WINDOW } from './channel-names.ts';
import { isWindowUrl } from './scheme.ts';

/** Messages sent and not yet taken at which a window counts as not reading; about ten seconds' worth. */
const CONGESTED_MESSAGES = 80;

/**
 * Serves one window over Electron's IPC. This is the one place where messages from a renderer are accepted, and every
 * one is checked to come from the main frame of that window showing our own page.
 */
export function serveIpc(window: BrowserWindow, openSession: (link: Link) => Session): { stop(): void } {
  let session: Session | null = null;
  let untaken = 0;

  const fromOurPage = (event: IpcMainEvent): boolean =>
    !window.isDestroyed() &&
    event.sender === window.webContents &&
    event.senderFrame === window.webContents.mainFrame &&
    isWindowUrl(event.senderFrame.url);

  const toPage = (channel: string, payload: unknown): void => {
    if (!window.isDestroyed() && !window.webContents.isDestroyed()) window.webContents.send(channel, payload);
  };

  const close = (): void => {
    session?.close();
    session = null;
  };

  const open = (): void => {
    close();
    untaken = 0;
    toPage(TO_WINDOW.state, 'open');
    session = openSession({
      send: (text) => {
        untaken += 1;
        toPage(TO_WINDOW.message, text);
      },
      congested: () => untaken > CONGESTED_MESSAGES,
      drop: () => {
        session = null;
        toPage(TO_WINDOW.state, 'lost');
      },
    });
  };

  const handlers: readonly [string, (payload: unknown) => void][] = [
    [FROM_WINDOW.open, open],
    [FROM_WINDOW.request, (payload) => session?.receive(payload)],
    [
      FROM_WINDOW.taken,
      () => {
        untaken = Math.max(0, untaken - 1);
      },
    ],
  ];
  const bound = handlers.map(([name, handle]) => {
    const listener = (event: IpcMainEvent, payload: unknown): void => {
      if (fromOurPage(event)) handle(payload);
    };
    ipcMain.on(name, listener);
    return () => ipcMain.removeListener(name, listener);
  });

  // A reloaded document ends the session by opening its own; one that is gone cannot.
  window.webContents.on('render-process-gone', close);
  window.on('closed', close);
  return {
    stop: () => {
      for (const unbind of bound) unbind();
      close();
    },
  };
}
