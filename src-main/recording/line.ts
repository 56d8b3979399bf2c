import { FEEDS, type FeedId } from '#shared/domain/ids';

/**
 * One line of a recording is one JSON object. `at` is when it was received, epoch ms. A frame is `ws`, the text exactly as
 * received, or `ws64`, base64 of bytes that are no UTF-8. `socket` counts the sockets of a recording, so that several of one
 * feed can be told apart; `url` stands on the first line of a socket in each file.
 */
export interface FrameLine {
  readonly at: number;
  readonly feed: FeedId;
  readonly ws?: string;
  readonly ws64?: string;
  readonly socket?: number;
  readonly url?: string;
}

/** An answer over REST; `path` with its query. `status` is left out for 200, `ms` is how long the answer took. */
export interface RestLine {
  readonly at: number;
  readonly feed: FeedId;
  readonly rest: {
    readonly path: string;
    readonly body: string;
    readonly status?: number;
    readonly ms?: number;
  };
}

/** The socket ended, and why; a recorder that was killed leaves none. */
export interface ClosedLine {
  readonly at: number;
  readonly feed: FeedId;
  readonly socket: number;
  readonly closed: string;
}

export type RecordedLine = FrameLine | RestLine | ClosedLine;

/** A line as it was read. `bare`: something else than a recorded line, perhaps a frame by itself. */
export type ReadLine =
  | {
      readonly kind: 'frame';
      readonly at: number | null;
      readonly feed: string;
      readonly bytes: Uint8Array;
      readonly socket: number | null;
      readonly url: string | null;
    }
  | {
      readonly kind: 'rest';
      readonly at: number | null;
      readonly feed: string;
      readonly path: string;
      readonly body: string;
      readonly status: number;
      readonly ms: number;
    }
  | {
      readonly kind: 'closed';
      readonly at: number | null;
      readonly feed: string;
      readonly socket: number;
      readonly reason: string;
    }
  | { readonly kind: 'bare' }
  | { readonly kind: 'unusable'; readonly at: number | null; readonly problem: string };

const encoder = new TextEncoder();
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

export const isFeed = (text: unknown): text is FeedId => (FEEDS as readonly unknown[]).includes(text);

/** Reads a line; never throws. */
export function readLine(text: string): ReadLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'bare' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { kind: 'bare' };
  const line = value as Readonly<Record<string, unknown>>;
  // A venue's own frame has no `feed` and `at` beside one of these.
  if (!('ws' in line || 'ws64' in line || 'rest' in line || ('closed' in line && 'at' in line)))
    return { kind: 'bare' };
  const at = typeof line.at === 'number' && Number.isFinite(line.at) ? line.at : null;
  const { feed } = line;
  if (typeof feed !== 'string') return { kind: 'unusable', at, problem: 'the line names no feed' };
  const socket = typeof line.socket === 'number' ? line.socket : null;
  const url = typeof line.url === 'string' ? line.url : null;
  if (typeof line.ws === 'string') return { kind: 'frame', at, feed, bytes: encoder.encode(line.ws), socket, url };
  if (typeof line.ws64 === 'string' && BASE64.test(line.ws64)) {
    return { kind: 'frame', at, feed, bytes: Buffer.from(line.ws64, 'base64'), socket, url };
  }
  if ('closed' in line && socket !== null) return { kind: 'closed', at, feed, socket, reason: String(line.closed) };
  const rest = readRest(line.rest);
  if (rest !== null) return { kind: 'rest', at, feed, ...rest };
  return { kind: 'unusable', at, problem: 'the line holds neither the text of a frame nor an answer' };
}

function readRest(value: unknown): { path: string; body: string; status: number; ms: number } | null {
  if (typeof value !== 'object' || value === null) return null;
  const { path, body, status, ms } = value as Readonly<Record<string, unknown>>;
  if (typeof path !== 'string' || typeof body !== 'string') return null;
  return { path, body, status: typeof status === 'number' ? status : 200, ms: typeof ms === 'number' ? ms : 0 };
}
