import { WebSocket } from 'ws';
import { type Clock, every } from '#shared/kernel/time';
import { type Link, UNREADABLE_ID } from '../session.ts';

/** Unsent bytes at which a window counts as not reading. Larger than any snapshot, so that one never blocks the next. */
const CONGESTED_BYTES = 4 * 1024 * 1024;
const PING_MS = 15_000;

/** The narrow part of a session a line feeds. */
interface Receiver {
  receive(raw: unknown): void;
  close(): void;
}

/** Puts a session on a WebSocket: JSON text both ways, liveness by ping, closed with the session. */
export function serveChannel(socket: WebSocket, clock: Clock, open: (link: Link) => Receiver): void {
  const session = open({
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    congested: () => socket.bufferedAmount > CONGESTED_BYTES,
    drop: (reason) => {
      // Whatever is queued will never be read: an orderly close would wait behind it.
      socket.close(1013, reason);
      socket.terminate();
    },
  });
  let heard = true;
  const stopPing = every(clock, PING_MS, () => {
    if (!heard) return socket.terminate();
    heard = false;
    socket.ping();
  });
  socket.on('pong', () => {
    heard = true;
  });
  socket.on('message', (data) => {
    heard = true;
    session.receive(decode(data.toString()));
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    stopPing();
    session.close();
  });
}

/** Text that is not JSON becomes something no request schema accepts, and is answered as such. */
function decode(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { id: UNREADABLE_ID };
  }
}
