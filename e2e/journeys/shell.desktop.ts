import { join } from 'node:path';
import { expect, test } from '../launch/fixtures.ts';
import { CrossbookWindow } from '../pages/window.ts';

test('the page is in a sandbox with one way out: no Node, no other page, no window, no permission, no network', async ({
  workstation,
}) => {
  const { page, desktop } = workstation;
  await new CrossbookWindow(page).ready();
  expect(page.url()).toBe('app://crossbook/');
  const found = await page.evaluate(async () => {
    const has = (name: string) => name in globalThis;
    const permission = async (ask: () => Promise<unknown>) => {
      try {
        await ask();
        return 'granted';
      } catch {
        return 'denied';
      }
    };
    const opened = window.open('https://example.com/');
    const microphone = await permission(() => navigator.mediaDevices.getUserMedia({ audio: true }));
    const notification = await Notification.requestPermission();
    return {
      node: ['require', 'process', 'module', 'Buffer', '__dirname'].filter(has),
      crossbook: Object.keys((window as unknown as { crossbook: object }).crossbook).sort(),
      opened: opened === null,
      microphone,
      notification,
    };
  });
  expect(found).toEqual({
    node: [],
    crossbook: ['onMessage', 'onState', 'send'],
    opened: true,
    microphone: 'denied',
    notification: 'denied',
  });
  const main = await desktop?.evaluate(async ({ BrowserWindow, session }) => {
    const [window] = BrowserWindow.getAllWindows();
    const outside = await session.defaultSession
      .fetch('http://127.0.0.1:9/')
      .then(() => 'fetched')
      .catch((error: Error) => error.message);
    const policy = await session.defaultSession
      .fetch('app://crossbook/')
      .then((answer) => answer.headers.get('content-security-policy'));
    return { windows: BrowserWindow.getAllWindows().length, title: window?.getTitle(), outside, policy };
  });
  expect(main?.windows).toBe(1);
  expect(main?.title).toContain('Crossbook');
  expect(main?.outside).toContain('ERR_BLOCKED_BY_CLIENT');
  expect(main?.policy).toContain("connect-src 'none'");
  expect(main?.policy).not.toContain('unsafe');

  const stayed = await page.evaluate(async () => {
    window.location.href = 'https://example.com/';
    await new Promise((resolve) => setTimeout(resolve, 500));
    return [window.location.href, document.body.innerText.includes('Kraken')];
  });
  expect(stayed).toEqual(['app://crossbook/', true]);
});

test('only the page of the window is listened to', async ({ workstation }) => {
  await new CrossbookWindow(workstation.page).ready();
  const preload = join('out', 'preload', 'preload.cjs');
  const heard = await workstation.desktop?.evaluate(async ({ app, BrowserWindow }, preloadPath) => {
    const stranger = new BrowserWindow({
      show: false,
      webPreferences: { preload: `${app.getAppPath()}/${preloadPath}`, sandbox: true, contextIsolation: true },
    });
    await stranger.loadURL('data:text/html,<p>stranger</p>');
    const states: unknown = await stranger.webContents.executeJavaScript(`new Promise((resolve) => {
      const heard = [];
      crossbook.onState((state) => heard.push(state));
      crossbook.onMessage((text) => heard.push(text));
      crossbook.send({ kind: 'subscribe', id: 1, topic: 'status' });
      setTimeout(() => resolve(heard), 1500);
    })`);
    stranger.destroy();
    return states;
  }, preload);
  expect(heard).toEqual(['connecting']);
});

test('a page that crashed comes back by itself, and the engine went on', async ({ workstation }) => {
  const { page, desktop } = workstation;
  await new CrossbookWindow(page).ready();
  const text = await desktop?.evaluate(async ({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    if (window === undefined) return 'no window';
    const back = new Promise<void>((resolve) => window.webContents.once('did-finish-load', () => resolve()));
    window.webContents.forcefullyCrashRenderer();
    await back;
    return window.webContents.executeJavaScript(`new Promise((resolve) => {
      const look = () => (document.body.innerText.includes('Kraken') ? resolve(document.body.innerText) : setTimeout(look, 100));
      look();
    })`);
  });
  expect(text).toContain('PRACTICE');
  expect(text).toContain('Kraken');
});

test('the window opens where it was closed', async ({ workstation }) => {
  await new CrossbookWindow(workstation.page).ready();
  const place = { x: 40, y: 60, width: 1000, height: 700 };
  await workstation.desktop?.evaluate(
    ({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds),
    place,
  );
  await workstation.restart('orderly');
  const size = await workstation.desktop?.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getSize());
  expect(size).toEqual([place.width, place.height]);
});
