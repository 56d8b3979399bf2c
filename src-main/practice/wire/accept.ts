import type { ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import type { VenueGate } from './gate.ts';

/** Where a client wants to connect. */
export interface AskedSocket {
  readonly path: string;
  readonly query: URLSearchParams;
}

const DEAF: ServerSocketEvents = { message: () => {}, ping: () => {}, pong: () => {}, closed: () => {} };

/**
 * Registers a new socket with its venue's gate and hands its events to the protocol. `open` gives `null` for a path the
 * venue does not serve: the socket is closed again.
 */
export function accept(
  gate: VenueGate,
  url: string,
  socket: ServerSocket,
  open: (asked: AskedSocket) => ServerSocketEvents | null,
): ServerSocketEvents {
  const asked = parse(url);
  const events = asked === null ? null : open(asked);
  if (events === null) {
    socket.close(1008, 'no such path');
    return DEAF;
  }
  gate.opened(socket);
  return {
    ...events,
    closed: (code) => {
      gate.gone(socket);
      events.closed(code);
    },
  };
}

function parse(url: string): AskedSocket | null {
  try {
    const parsed = new URL(url);
    return { path: parsed.pathname, query: parsed.searchParams };
  } catch {
    return null;
  }
}
