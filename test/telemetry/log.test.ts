import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog, openRollingLog } from '#main/telemetry/log';
import { VirtualClock } from '#shared/kernel/virtual-clock';

const START = Date.UTC(2023, 2, 4, 16, 59);

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'crossbook-log-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function memoryLog(clock = new VirtualClock(START)) {
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ write: (line: string) => lines.push(JSON.parse(line)) }, 'info', clock);
  return { log, lines, clock };
}

describe('log', () => {
  test('a line has its time from the clock, its key, its words and its fields', () => {
    const { log, lines } = memoryLog();
    log.write('warn', 'feed.reconnect', 'kraken reconnects', { attempt: 2 });
    log.write('debug', 'feed.frame', 'below the level');
    expect(lines).toEqual([
      {
        level: 40,
        time: '2023-03-04T16:59:00.000Z',
        key: 'feed.reconnect',
        detail: { attempt: 2 },
        msg: 'kraken reconnects',
      },
    ]);
  });

  test('[SE-1] planted secrets reach neither the words nor the fields', () => {
    const { log, lines } = memoryLog();
    const secret = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j';
    log.write('error', 'venue.call', `refused: apiKey=${secret}`, {
      request: { headers: { 'X-MBX-APIKEY': 'short' }, url: `https://x/?signature=${secret}` },
      error: new Error(secret),
    });
    const text = JSON.stringify(lines);
    expect(text).not.toContain(secret);
    expect(text).not.toContain('short');
    expect(text).toContain('https://x/');
  });

  test('[MD-4] a flood of one key is bounded, counted, and does not silence another', () => {
    const { log, lines, clock } = memoryLog();
    for (let i = 0; i < 10_000; i += 1) log.write('warn', 'feed.fault', 'bad frame');
    log.write('warn', 'other', 'still heard');
    expect(lines).toHaveLength(31);
    clock.advanceBy(60_000);
    log.write('warn', 'feed.fault', 'bad frame');
    expect(lines.at(-1)).toMatchObject({ key: 'feed.fault', dropped: 9970 });
  });

  test('made-up keys cannot get around the bound', () => {
    const { log, lines } = memoryLog();
    for (let i = 0; i < 5000; i += 1) log.write('warn', `key-${i}`, 'flood');
    expect(lines.length).toBeLessThanOrEqual(512 + 30);
  });

  test('one huge message is cut', () => {
    const { log, lines } = memoryLog();
    log.write('info', 'huge', 'a b '.repeat(1_000_000), { field: 'c d '.repeat(1_000_000) });
    expect(JSON.stringify(lines).length).toBeLessThan(10_000);
  });
});

describe('rolling files', () => {
  const options = () => ({
    directory,
    level: 'info' as const,
    clock: new VirtualClock(START),
    fileMegabytes: 0.05,
    keepFiles: 2,
  });

  test('together never take more than their bound, and the newest line is in them', async () => {
    const opened = await openRollingLog({
      ...options(),
      budget: { linesPerWindow: 1_000_000, windowMs: 1000, maxKeys: 10 },
    });
    expect(opened.ok).toBe(true);
    if (!opened.ok) return;
    for (let i = 0; i < 3000; i += 1) {
      opened.value.write('info', 'fill', `line ${i} ${'word '.repeat(20)}`);
      // Old files are removed behind the writer's back: let that happen as it does between real lines.
      if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await opened.value.close();
    const files = readdirSync(directory);
    const bytes = files.reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
    expect(files.length).toBeLessThanOrEqual(4);
    expect(bytes).toBeLessThan(4 * 0.06 * 1024 * 1024);
    expect(files.map((name) => readFileSync(join(directory, name), 'utf8')).join('')).toContain('line 2999 ');
    expect(opened.value.problem()).toBeUndefined();
  });

  test('a folder that cannot be made is one clear line', async () => {
    writeFileSync(join(directory, 'taken'), '');
    const opened = await openRollingLog({ ...options(), directory: join(directory, 'taken', 'logs') });
    expect(opened).toMatchObject({ ok: false, error: expect.stringContaining('cannot be written') });
  });
});
