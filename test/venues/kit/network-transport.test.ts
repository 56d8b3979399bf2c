import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { NetworkTransport } from '#main/venues/kit/network-transport';
import type { HttpRequest } from '#shared/kernel/transport';

test('[EX-7] questions that a venue leaves unanswered do not hold up a cancel on its way', async () => {
  const server = createServer((request, response) => {
    if (request.method === 'DELETE') response.end('{}');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const transport = new NetworkTransport({ redirect: new Map([['venue', { address: '127.0.0.1', port }]]) });
  const ask = (method: HttpRequest['method']) =>
    transport.request({ method, url: 'https://venue/x', headers: {}, body: undefined, timeoutMs: 4_000 });
  try {
    const hanging = Array.from({ length: 150 }, () => ask('GET').catch((error: unknown) => String(error)));
    expect((await ask('DELETE')).status).toBe(200);
    transport.close();
    expect((await Promise.all(hanging)).every((text) => typeof text === 'string')).toBe(true);
  } finally {
    transport.close();
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
});
