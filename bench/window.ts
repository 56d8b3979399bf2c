/**
 * What the window costs its own thread while everything changes all the time: run by `npm run bench` as a process of its
 * own, with no engine in it. Prints one JSON object.
 */
import { once } from 'node:events';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import { SystemClock } from '#main/app/system-clock';
import { reservePort } from '#main/host/web/port';
import { startWebHost, type WebHost } from '#main/host/web/web-host';
import { fakeHealth } from '#support/fake-service';
import { chromiumOptions, unpackChromium } from '../e2e/launch/chromium.ts';
import { ROOT } from '../e2e/launch/paths.ts';
import { BusyService, coins } from './busy-service.ts';
import { digits, quantile } from './measure.ts';

/** The panel that is open; the Dashboard is measured for the most rows at once. */
export type MeasuredPanel = 'Market' | 'Dashboard';

export interface WindowResult {
  readonly panel: MeasuredPanel;
  readonly widthPx: number;
  readonly seconds: number;
  /** What came over the line in the busiest second. */
  readonly messages: number;
  readonly bytes: number;
  /** From a message's arrival to the page laid out anew, ms: parsing, the store, React's commit, style and layout. */
  readonly commitP50Ms: number;
  readonly commitP95Ms: number;
  readonly commitMaxMs: number;
  /** Tasks of the page's thread over 50 ms, and the longest of them. */
  readonly longTasks: number;
  readonly longestTaskMs: number;
}

export type WindowReport = readonly WindowResult[] | { readonly skipped: string };

const COINS = 50;
/** Faster than anything is sent: at every message everything is new. */
const CHANGE_MS = 100;
const WARM_UP_MS = 4_000;
const MEASURED_MS = 15_000;

interface Seen {
  readonly messages: { readonly atMs: number; readonly bytes: number }[];
  readonly commits: number[];
  readonly tasks: number[];
}

/** Runs in the page before its scripts: times each message's way to the screen. */
function watch(): void {
  const seen: Seen = { messages: [], commits: [], tasks: [] };
  (window as unknown as { seen: Seen }).seen = seen;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.tasks.push(entry.duration);
  }).observe({ entryTypes: ['longtask'] });
  const property = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'onmessage');
  Object.defineProperty(WebSocket.prototype, 'onmessage', {
    ...property,
    set(this: WebSocket, listener: (event: MessageEvent) => void) {
      property?.set?.call(this, (event: MessageEvent) => {
        const startedMs = performance.now();
        seen.messages.push({ atMs: startedMs, bytes: new TextEncoder().encode(String(event.data)).length });
        const takenMs = performance.now();
        listener.call(this, event);
        // The next task begins when every answer was taken and React has committed what came of it.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          document.body.getBoundingClientRect();
          seen.commits.push(performance.now() - takenMs);
          port1.close();
        };
        port2.postMessage(null);
      });
    },
  });
}

async function measure(browser: Browser, host: WebHost, panel: MeasuredPanel, widthPx: number): Promise<WindowResult> {
  const context = await browser.newContext({ viewport: { width: widthPx, height: 900 }, locale: 'en-US' });
  const page = await context.newPage();
  await page.addInitScript(watch);
  await page.goto(host.newAddress());
  await page.getByRole('navigation', { name: 'Panels' }).getByRole('button', { name: panel }).click();
  await page.getByRole('heading', { level: 1, name: panel }).waitFor();
  await page.waitForTimeout(WARM_UP_MS);
  await page.evaluate(() => {
    const { seen } = window as unknown as { seen: Seen };
    for (const list of Object.values(seen)) list.length = 0;
  });
  await page.waitForTimeout(MEASURED_MS);
  const seen = await seenBy(page);
  await context.close();
  const busiest = (read: (one: Seen['messages'][number]) => number) =>
    Math.max(
      ...seen.messages.map(({ atMs }) =>
        seen.messages
          .filter((one) => one.atMs >= atMs && one.atMs < atMs + 1000)
          .reduce((sum, one) => sum + read(one), 0),
      ),
    );
  return {
    panel,
    widthPx,
    seconds: MEASURED_MS / 1000,
    messages: busiest(() => 1),
    bytes: busiest(({ bytes }) => bytes),
    commitP50Ms: digits(quantile(seen.commits, 0.5)),
    commitP95Ms: digits(quantile(seen.commits, 0.95)),
    commitMaxMs: digits(Math.max(...seen.commits)),
    longTasks: seen.tasks.length,
    longestTaskMs: digits(Math.max(0, ...seen.tasks)),
  };
}

const seenBy = (page: Page): Promise<Seen> => page.evaluate(() => (window as unknown as { seen: Seen }).seen);

/** The window over a workstation that is all change, at the narrowest and at a wide size. */
async function benchWindow(rendererDir: string): Promise<WindowReport> {
  await unpackChromium();
  const options = chromiumOptions();
  if ('reason' in options) return { skipped: options.reason };
  const clock = new SystemClock((error) => console.error(error));
  const service = new BusyService(coins(COINS));
  const reserved = await reservePort(0);
  if (!reserved.ok) throw new Error(reserved.error);
  const started = startWebHost(reserved.value, {
    service,
    health: fakeHealth,
    clock,
    rendererDir,
    onProblem: (problem) => console.error(problem),
  });
  if (!started.ok) throw new Error(started.error);
  const changing = setInterval(() => service.turn(Date.now()), CHANGE_MS);
  const browser = await chromium.launch(options);
  try {
    const results: WindowResult[] = [];
    for (const panel of ['Market', 'Dashboard'] as const) {
      for (const widthPx of [900, 1600]) results.push(await measure(browser, started.value, panel, widthPx));
    }
    return results;
  } finally {
    clearInterval(changing);
    await browser.close();
    await started.value.stop();
    clock.stop();
  }
}

const report = await benchWindow(process.argv[2] ?? join(ROOT, 'out', 'renderer'));
if (!process.stdout.write(`${JSON.stringify(report)}\n`)) await once(process.stdout, 'drain');
