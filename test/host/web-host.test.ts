import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { LINK_LIFETIME_MS } from '#main/host/web/access';
import { type ReservedPort, reservePort } from '#main/host/web/port';
import { startWebHost, type WebHost } from '#main/host/web/web-host';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { FakeService, fakeHealth } from '#support/fake-service';
import { NOW_MS } from '#support/sample-topics';

const PAGE = '<!doctype html><head><meta name="csp-nonce" content="__CSP_NONCE__"></head><body></body>';

let dir: string;
let host: WebHost;
let clock: VirtualClock;
let service: FakeService;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'crossbook-web-'));
  writeFileSync(join(dir, 'index.html'), PAGE);
  writeFileSync(join(dir, 'app.js'), 'export {};');
  clock = new VirtualClock(NOW_MS);
  service = new FakeService();
  host = await start();
});

afterEach(async () => {
  await host.stop();
  rmSync(dir, { recursive: true });
});

const options = () => ({ service, health: fakeHealth, clock, rendererDir: dir, onProblem: () => undefined });

async function reserve(port: number): Promise<ReservedPort> {
  const reserved = await reservePort(port);
  if (!reserved.ok) throw new Error(reserved.error);
  return reserved.value;
}

async function start(): Promise<WebHost> {
  const started = startWebHost(await reserve(0), options());
  if (!started.ok) throw new Error(started.error);
  return started.value;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port: host.port, path, method, headers }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    request.on('error', reject);
    request.end();
  });
}

const pathOf = (address: string) => address.slice(address.indexOf('/', 'http://'.length));

async function letIn(): Promise<string> {
  const answer = await ask(pathOf(host.newAddress()));
  return String(answer.headers['set-cookie']).split(';')[0] ?? '';
}

/** How an attempt to open the channel ends: `open`, or the refusal's status. */
function attempt(
  path: string,
  headers: Record<string, string>,
): Promise<{ socket: WebSocket; outcome: string | number }> {
  const socket = new WebSocket(`ws://127.0.0.1:${host.port}${path}`, { headers });
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve({ socket, outcome: 'open' }));
    socket.on('unexpected-response', (_request, response) => resolve({ socket, outcome: response.statusCode ?? 0 }));
    socket.on('error', reject);
  });
}

test('a link is exchanged once for a cookie, and leaves no secret in the address', async () => {
  const address = host.newAddress();
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
  const first = await ask(pathOf(address));
  expect(first.status).toBe(303);
  expect(first.headers.location).toBe('/');
  expect(String(first.headers['set-cookie'])).toMatch(/^crossbook-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
  const second = await ask(pathOf(address));
  expect(second.status).toBe(403);
  expect(second.body).toContain('used already');
  expect(second.headers['set-cookie']).toBeUndefined();
});

test('a link that is too old, replaced, wrong or only looked at does not let anyone in', async () => {
  const old = host.newAddress();
  clock.advanceBy(LINK_LIFETIME_MS + 1);
  expect((await ask(pathOf(old))).status).toBe(403);
  const replaced = host.newAddress();
  const current = host.newAddress();
  expect((await ask(pathOf(replaced))).status).toBe(403);
  expect((await ask('/?token=')).status).toBe(403);
  expect((await ask(`/?token=${'A'.repeat(43)}`)).status).toBe(403);
  expect((await ask(pathOf(current), {}, 'HEAD')).status).toBe(403);
  expect((await ask(pathOf(current))).status).toBe(303);
});

test('without the cookie nothing but the health report is told', async () => {
  for (const path of ['/', '/index.html', '/app.js', '/nothing']) {
    const answer = await ask(path);
    expect(answer.status, path).toBe(403);
    expect(answer.body).toContain('Open the address with the token');
  }
  expect((await ask('/app.js', { cookie: `crossbook-${host.port}=${'A'.repeat(43)}` })).status).toBe(403);
});

test('the page has its own nonce each time, a policy without unsafe-inline, and the guarding headers', async () => {
  const cookie = await letIn();
  const pages = [await ask('/', { cookie }), await ask('/index.html', { cookie })];
  const nonces = pages.map((page) => {
    const policy = String(page.headers['content-security-policy']);
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? 'none';
    expect(page.status).toBe(200);
    expect(page.body).toContain(`content="${nonce}"`);
    expect(policy).not.toContain('unsafe');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(page.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    });
    return nonce;
  });
  expect(new Set(nonces).size).toBe(2);
  const script = await ask('/app.js', { cookie });
  expect(script.status).toBe(200);
  expect(script.headers['content-type']).toContain('javascript');
  expect((await ask('/../../../etc/passwd', { cookie })).status).toBe(404);
  expect((await ask('/', { cookie }, 'POST')).status).toBe(405);
});

test('the health report needs no token and is the report, nothing else', async () => {
  const answer = await ask('/healthz');
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.body)).toEqual(fakeHealth());
});

test('a foreign Host or Origin is refused everywhere, with a word on what to do', async () => {
  const cookie = await letIn();
  const own = `127.0.0.1:${host.port}`;
  for (const bad of [
    'evil.example',
    `evil.example:${host.port}`,
    '127.0.0.1',
    `127.0.0.1:${host.port + 1}`,
    `${own}.evil.example`,
  ]) {
    for (const path of ['/', '/healthz']) {
      const answer = await ask(path, { cookie, host: bad });
      expect(answer.status, `${bad}${path}`).toBe(403);
      expect(answer.body).toContain('Open');
    }
  }
  for (const bad of ['null', 'http://evil.example', `https://${own}`, `http://127.0.0.1:${host.port + 1}`]) {
    expect((await ask('/', { cookie, origin: bad })).status, bad).toBe(403);
    expect((await attempt('/channel', { cookie, origin: bad })).outcome, bad).toBe(403);
  }
  expect(
    (await ask('/', { cookie, origin: `http://localhost:${host.port}`, host: `localhost:${host.port}` })).status,
  ).toBe(200);
});

test('the channel needs cookie and Origin, and carries a session', async () => {
  const cookie = await letIn();
  const origin = `http://127.0.0.1:${host.port}`;
  expect((await attempt('/channel', { cookie })).outcome).toBe(403);
  expect((await attempt('/channel', { origin })).outcome).toBe(403);
  expect((await attempt('/other', { cookie, origin })).outcome).toBe(404);
  expect(service.listeners).toBe(0);

  const { socket, outcome } = await attempt('/channel', { cookie, origin });
  expect(outcome).toBe('open');
  const kinds: string[] = [];
  socket.on('message', (data) => {
    for (const { kind } of JSON.parse(data.toString()).pushes) kinds.push(kind);
  });
  const got = (kind: string) =>
    expect
      .poll(() => {
        clock.advanceBy(50);
        return kinds;
      })
      .toContain(kind);
  socket.send('not json');
  await got('failed');
  socket.send(JSON.stringify({ kind: 'subscribe', id: 1, topic: 'quotes' }));
  await got('reply');
  await got('rows-snapshot');
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  // Beyond any command's size: the line ends, and with it the session.
  socket.send(`"${'x'.repeat(300_000)}"`);
  await closed;
  await expect.poll(() => service.listeners).toBe(0);
});

test('a silent line is ended after its pings go unanswered', async () => {
  const cookie = await letIn();
  const socket = connect(host.port, '127.0.0.1');
  const ended = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  socket.write(
    `GET /channel HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nOrigin: http://127.0.0.1:${host.port}\r\nCookie: ${cookie}\r\n` +
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  await new Promise((resolve) => socket.once('data', resolve));
  expect(service.listeners).toBe(1);
  clock.advanceBy(31_000);
  await ended;
  expect(service.listeners).toBe(0);
});

test('a broken request line does not harm the host', async () => {
  const socket = connect(host.port, '127.0.0.1');
  const ended = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  socket.write(`GET //[ HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nConnection: close\r\n\r\n`);
  const head = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));
  expect(head).toContain('400');
  await ended;
  expect((await ask('/healthz')).status).toBe(200);
});

test('a port in use and missing window files are one clear line; a reserved port says that it is starting', async () => {
  expect(await reservePort(host.port)).toEqual({
    ok: false,
    error: `Port ${host.port} is in use; choose another with --port, or 0 for any free one.`,
  });
  rmSync(join(dir, 'index.html'));
  const reserved = await reserve(0);
  const started = startWebHost(reserved, options());
  expect(started).toEqual({ ok: false, error: `The window's files are missing from ${dir}; run npm run build.` });
  expect((await fetch(`http://127.0.0.1:${reserved.port}/healthz`)).status).toBe(503);
  await reserved.release();
  await (await reserve(reserved.port)).release();
});
