import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { SystemClock } from '#main/app/system-clock';
import { createWorkstation } from '#main/app/workstation';
import { reservePort } from '#main/host/web/port';
import { startWebHost } from '#main/host/web/web-host';
import { scratchFolders } from '../storage/files.ts';

const folder = scratchFolders();

test('[SE-1] the link token and the cookie are in no file of the data directory and in no answer after the exchange', async () => {
  const dir = folder();
  const rendererDir = folder();
  writeFileSync(join(rendererDir, 'index.html'), '<!doctype html><meta name="csp-nonce" content="__CSP_NONCE__">');
  const problems: unknown[] = [];
  const clock = new SystemClock((problem) => problems.push(problem));
  const started = await createWorkstation({ dataDir: dir, venues: 'practice', seed: 7, world: { kind: 'synthetic' } });
  const port = await reservePort(0);
  if (!started.ok || !port.ok) throw new Error('could not start');
  const { service, health, stop } = started.value;
  const host = startWebHost(port.value, { service, health, clock, rendererDir, onProblem: (p) => problems.push(p) });
  if (!host.ok) throw new Error(host.error);

  const address = new URL(host.value.newAddress());
  const token = address.searchParams.get('token') ?? '';
  expect(token.length).toBeGreaterThan(40);
  const exchanged = await fetch(address, { redirect: 'manual' });
  const secret = /=([\w-]{40,})/.exec(exchanged.headers.get('set-cookie') ?? '')?.[1] ?? '';
  expect(secret).not.toBe('');
  const cookie = (exchanged.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const page = await fetch(address.origin, { headers: { cookie } });
  expect(page.status).toBe(200);
  // Used again, and guessed: both are refused, and neither may be written down.
  expect((await fetch(address, { redirect: 'manual' })).status).toBe(403);
  const told = [await page.text(), await (await fetch(`${address.origin}/healthz`)).text()];
  told.push(JSON.stringify(service.value('status')), JSON.stringify(service.value('settings')));

  await vi.waitUntil(() => service.value('status').cycle > 0, { timeout: 12_000, interval: 50 });
  await host.value.stop();
  await stop();
  clock.stop();
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const texts = new Map(files.map((file) => [file.name, readFileSync(join(file.parentPath, file.name), 'latin1')]));
  expect([...texts.keys()].some((name) => /^cycles-.*\.jsonl$/.test(name))).toBe(true);
  expect([...texts].some(([name, text]) => name.includes('log') && text.includes('Crossbook'))).toBe(true);
  for (const [name, text] of [...texts, ['an answer', told.join('\n')] as const]) {
    expect(text.includes(token), name).toBe(false);
    expect(text.includes(secret), name).toBe(false);
  }
  expect(problems).toEqual([]);
}, 30_000);

test('[SE-1] a new vault is not sealed by a passphrase shorter than a person could choose', async () => {
  const dir = folder();
  const started = await createWorkstation({
    dataDir: dir,
    venues: 'practice',
    seed: 7,
    world: { kind: 'synthetic' },
    passphrase: 'too short',
  });
  if (!started.ok) throw new Error(started.error.message);
  const { service, stop } = started.value;
  const seen = [service.value('vault').state, ...service.value('status').startupNotes];
  await stop();
  expect(seen).toEqual(['none', expect.stringContaining('fewer than 12 characters')]);
  expect(existsSync(join(dir, 'vault.json'))).toBe(false);
});
