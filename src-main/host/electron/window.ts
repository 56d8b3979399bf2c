import { BrowserWindow, type Session as ElectronSession, Menu, type WebContents } from 'electron';
import type { Clock } from '#shared/kernel/time';
import { isWindowUrl, serveWindow, WINDOW_URL } from './scheme.ts';
import { keepState, LEAST_SIZE, restoreState } from './window-state.ts';

/** A page that crashed comes back after this, doubling up to the longest while it keeps crashing. */
const FIRST_RELOAD_MS = 250;
const LONGEST_RELOAD_MS = 30_000;
/** A page that lived this long before it crashed counts as a first crash. */
const CALM_MS = 60_000;

export interface WindowFiles {
  /** The built window: a folder with index.html. */
  readonly rendererDir: string;
  readonly preload: string;
  readonly icon: string;
  /** Where the window's place is remembered. */
  readonly stateFile: string;
}

/** The one window: our own page in a sandbox, with no way out to anywhere. */
export function openWindow(files: WindowFiles, clock: Clock, onProblem: (problem: string) => void): BrowserWindow {
  const { options, maximised } = restoreState(files.stateFile);
  const window = new BrowserWindow({
    ...options,
    minWidth: LEAST_SIZE.width,
    minHeight: LEAST_SIZE.height,
    show: false,
    title: 'Crossbook',
    icon: files.icon,
    autoHideMenuBar: true,
    webPreferences: {
      preload: files.preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      // A trader's screen stays true while it is behind another window.
      backgroundThrottling: false,
    },
  });
  serveWindow(window.webContents.session, files.rendererDir);
  lockDown(window.webContents);
  lockDownSession(window.webContents.session);
  keepState(window, files.stateFile);
  comeBackAfterCrash(window, clock, onProblem);
  window.once('ready-to-show', () => {
    if (maximised) window.maximize();
    window.show();
  });
  load(window, onProblem);
  return window;
}

function load(window: BrowserWindow, onProblem: (problem: string) => void): void {
  window.loadURL(WINDOW_URL).catch((error: Error) => onProblem(`the window could not be loaded: ${error.message}`));
}

/** No navigation away, no new windows, no embedded pages. Reloading our own page is all that is left. */
function lockDown(contents: WebContents): void {
  const onlyOurPage = (event: { preventDefault(): void; url: string }) => {
    if (!isWindowUrl(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', onlyOurPage);
  contents.on('will-frame-navigate', onlyOurPage);
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** No permission is ever granted, nothing is fetched from anywhere, and only the page's own exports are saved. */
function lockDownSession(session: ElectronSession): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !isLocal(details.url) }));
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(`blob:${WINDOW_URL}`)) event.preventDefault();
  });
}

const isLocal = (url: string): boolean =>
  isWindowUrl(url) || url.startsWith(`blob:${WINDOW_URL}`) || url.startsWith('data:') || url.startsWith('devtools:');

function comeBackAfterCrash(window: BrowserWindow, clock: Clock, onProblem: (problem: string) => void): void {
  let waitMs = FIRST_RELOAD_MS;
  let lastMs = Number.NEGATIVE_INFINITY;
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason === 'clean-exit') return;
    const nowMs = clock.monoMs();
    waitMs = nowMs - lastMs > CALM_MS ? FIRST_RELOAD_MS : Math.min(LONGEST_RELOAD_MS, waitMs * 2);
    lastMs = nowMs;
    onProblem(`the window's page ended (${details.reason}); it comes back in ${waitMs} ms, the engine went on`);
    clock.after(waitMs, () => {
      if (!window.isDestroyed()) load(window, onProblem);
    });
  });
}

/** What a desktop program is expected to have, and no developer tools. */
export function setMenu(platform: NodeJS.Platform): void {
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      platform === 'darwin' ? { role: 'appMenu' } : { label: 'File', submenu: [{ role: 'quit' }] },
      { role: 'editMenu' },
      {
        label: 'View',
        submenu: [
          { role: 'reload' },
          { role: 'resetZoom' },
          { role: 'zoomIn' },
          { role: 'zoomOut' },
          { role: 'togglefullscreen' },
        ],
      },
      { role: 'windowMenu' },
    ]),
  );
}
