import { createServer, type Server, type ServerResponse } from 'node:http';
import { err, ok, type Result } from '#shared/kernel/result';

/** A port on 127.0.0.1 that is ours, before there is anything to serve on it. */
export class ReservedPort {
  readonly server: Server;
  readonly port: number;

  constructor(server: Server, port: number) {
    this.server = server;
    this.port = port;
    server.on('request', sayStarting);
  }

  /** From here on `serve` answers. */
  handOver(serve: (server: Server) => void): void {
    this.server.removeListener('request', sayStarting);
    serve(this.server);
  }

  /** Frees the port and ends every connection. */
  release(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }
}

/**
 * Takes a port before anything else is started: a workstation whose address cannot be had must not begin to trade.
 * 0 takes any free one. The error is one line for a person.
 */
export function reservePort(port: number): Promise<Result<ReservedPort, string>> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(err(reasonFor(port, error))));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(ok(new ReservedPort(server, typeof address === 'object' && address !== null ? address.port : port)));
    });
  });
}

function reasonFor(port: number, error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE') return `Port ${port} is in use; choose another with --port, or 0 for any free one.`;
  if (error.code === 'EACCES') return `Port ${port} may not be used by this user; choose one above 1023.`;
  return `Port ${port} cannot be used: ${error.message}.`;
}

function sayStarting(_request: unknown, response: ServerResponse): void {
  response.writeHead(503, { 'Content-Type': 'text/plain; charset=utf-8', 'Retry-After': '1' }).end('Starting.\n');
}
