import type { VenueProtocol } from '#main/venues/kit/protocol';
import type { Clock } from '#shared/kernel/time';
import type { ClientSocket, HttpRequest, HttpResponse, SocketEvents, Transport } from '#shared/kernel/transport';
import { PlayedAnswers } from './played-answers.ts';
import type { FeedSurvey, SurveyedSocket, TimedLine } from './survey.ts';

/** A socket that opens this long after its recorded counterpart still gets all of it; later ones begin in the middle. */
const LATE_OPEN_MS = 15_000;
/** How far ahead a connection looks for a recorded socket of its own before it joins one that is running. */
const LOOK_AHEAD_MS = 30_000;

/** A recorded socket while it is played. */
interface PlayedSocket {
  readonly recorded: SurveyedSocket;
  /** Who receives it now. */
  readonly listeners: Set<Listener>;
  /** What came before anybody listened; `null` once it is too late for that. */
  waiting: Uint8Array[] | null;
  used: boolean;
  closed: boolean;
}

interface Listener {
  readonly events: SocketEvents;
  open: boolean;
}

/**
 * The transport of one feed that plays a recording: sockets bring the recorded frames when they came, calls are answered
 * from the recorded answers. Whoever owns it moves the clock and hands over each line at its time. Pongs are not recorded:
 * a ping is answered for as long as the socket goes on in the recording.
 */
export class Playback implements Transport {
  readonly #clock: Clock;
  readonly #timePath: string;
  readonly #answers: PlayedAnswers;
  readonly #sockets: readonly PlayedSocket[];
  readonly #connecting: { readonly url: string; readonly listener: Listener }[] = [];

  constructor(protocol: VenueProtocol, { sockets, answers }: FeedSurvey, clock: Clock) {
    this.#clock = clock;
    this.#timePath = protocol.timePath;
    this.#answers = new PlayedAnswers(answers, clock);
    this.#sockets = sockets
      .map((recorded): PlayedSocket => ({ recorded, listeners: new Set(), waiting: [], used: false, closed: false }))
      .sort((a, b) => a.recorded.firstMs - b.recorded.firstMs);
  }

  /** A frame, or the end of a socket, at its time. */
  deliver(line: TimedLine): void {
    if (line.kind === 'rest') return;
    const socket = this.#sockets.find(({ recorded }) => recorded.number === line.socket);
    if (socket === undefined) return;
    if (line.kind === 'closed') {
      this.#close(socket, line.reason);
      return;
    }
    if (!socket.used) this.#admit(socket);
    for (const { events } of [...socket.listeners]) events.message(line.bytes);
    if (socket.listeners.size > 0 || socket.waiting === null) return;
    if (line.at - socket.recorded.firstMs > LATE_OPEN_MS) socket.waiting = null;
    else socket.waiting.push(line.bytes);
  }

  openSocket(url: string, events: SocketEvents): ClientSocket {
    const listener: Listener = { events, open: true };
    const end = (code: number): void => {
      if (!listener.open) return;
      listener.open = false;
      for (const { listeners } of this.#sockets) listeners.delete(listener);
      const place = this.#connecting.findIndex((waiting) => waiting.listener === listener);
      if (place >= 0) this.#connecting.splice(place, 1);
      this.#clock.after(0, () => events.closed(code, ''));
    };
    this.#clock.after(1, () => {
      if (!listener.open) return;
      const socket = this.#choose(url);
      if (socket === null) this.#connecting.push({ url, listener });
      else this.#join(socket, listener);
    });
    return {
      send: () => undefined,
      ping: () =>
        void this.#clock.after(1, () => {
          if (listener.open && this.#goesOn(listener)) events.pong();
        }),
      close: () => end(1000),
      terminate: () => end(1006),
    };
  }

  request(request: HttpRequest): Promise<HttpResponse> {
    const isTime = new URL(request.url).pathname === this.#timePath.split('?', 1)[0];
    return this.#answers.give(request, ({ answer, givenMs }) =>
      isTime ? JSON.stringify({ recorded: answer.body(), laterMs: givenMs - answer.atMs }) : answer.body(),
    );
  }

  /** A recorded socket that has begun for this URL: one that nobody had yet, else one that is running. */
  #choose(url: string): PlayedSocket | null {
    const nowMs = this.#clock.wallMs();
    const fitting = this.#sockets.filter(
      ({ recorded, closed }) => !closed && recorded.lastMs >= nowMs && (recorded.url === null || recorded.url === url),
    );
    const fresh = fitting.find(({ used, recorded }) => !used && recorded.url !== null);
    if (fresh !== undefined && fresh.recorded.firstMs <= nowMs) return fresh;
    if (fresh !== undefined && fresh.recorded.firstMs - nowMs <= LOOK_AHEAD_MS) return null;
    return fitting.find(({ recorded }) => recorded.firstMs <= nowMs) ?? null;
  }

  /** The first frame of a socket: whoever waits for its URL is connected now. */
  #admit(socket: PlayedSocket): void {
    const { url } = socket.recorded;
    const fitting = this.#connecting.filter((waiting) => url === null || waiting.url === url);
    // Without sockets told apart, all that a feed opens is this one.
    for (const waiting of url === null ? fitting : fitting.slice(0, 1)) {
      this.#connecting.splice(this.#connecting.indexOf(waiting), 1);
      this.#join(socket, waiting.listener);
    }
  }

  #join(socket: PlayedSocket, listener: Listener): void {
    socket.used = true;
    socket.listeners.add(listener);
    const missed = socket.waiting ?? [];
    socket.waiting = null;
    listener.events.open();
    for (const bytes of missed) if (listener.open) listener.events.message(bytes);
  }

  #close(socket: PlayedSocket, reason: string): void {
    socket.closed = true;
    const code = Number(/^\d{4}/.exec(reason)?.[0] ?? 1006);
    for (const listener of [...socket.listeners]) {
      listener.open = false;
      socket.listeners.delete(listener);
      listener.events.closed(code, reason.replace(/^\d{4} ?/, ''));
    }
  }

  #goesOn(listener: Listener): boolean {
    const nowMs = this.#clock.wallMs();
    return this.#sockets.some(({ recorded, listeners }) => listeners.has(listener) && recorded.lastMs >= nowMs);
  }
}

/**
 * A protocol that reads server times as {@link Playback} gives them: a recorded answer says what the venue's clock was when
 * it was recorded, and how much later it is asked for now.
 */
export function playedProtocol<P extends VenueProtocol>(protocol: P): P {
  const { maintenance } = protocol;
  return {
    ...protocol,
    // Pages of announcements are not what a recording is made for: asked for them, it would have to say that it is silent.
    maintenance:
      maintenance.kind === 'polled' ? { kind: 'none', why: 'A recording brings no announcements.' } : maintenance,
    serverTime(body: unknown) {
      const { recorded, laterMs } = body as { readonly recorded: string; readonly laterMs: number };
      const { earliestMs, resolutionMs } = protocol.serverTime(JSON.parse(recorded));
      return { earliestMs: earliestMs + laterMs, resolutionMs };
    },
  };
}
