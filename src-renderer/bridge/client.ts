import {
  COMMANDS,
  type CommandInput,
  type CommandName,
  type CommandOutput,
  type Failure,
  QUERIES,
  type QueryInput,
  type QueryName,
  type QueryOutput,
  type TopicName,
} from '#shared/contract/contract';
import { batchSchema, type Push, pushSchema, type Request } from '#shared/contract/messages';
import { err, ok, type Result } from '#shared/kernel/result';
import { type Cancel, type Clock, every } from '#shared/kernel/time';
import type { ChannelState, RawChannel } from './channel.ts';
import { NO_ANSWER, NOT_SENT, UNREADABLE } from './failures.ts';
import type { TopicFeed, TopicPush } from './feeds.ts';

/** No pulse for this long: the engine is lost, whatever the channel says (UI-3). */
export const PULSE_DEADLINE_MS = 3_000;
const LIVENESS_CHECK_MS = 500;
const ANSWER_DEADLINE_MS = 15_000;
/** Commands that wait for a venue, which may be slow or be asked again. A line that breaks is noticed at once all the same. */
const ASKS_VENUES: ReadonlySet<string> = new Set<CommandName>([
  'key.save',
  'key.import',
  'key.check',
  'vault.import',
  'account.refresh',
]);
const VENUE_DEADLINE_MS = 180_000;
const RESUBSCRIBE_MS = 2_000;

/** What is known of the way to the engine. Times are the engine's wall clock. */
export interface Connection {
  channel: ChannelState;
  /** Heard within {@link PULSE_DEADLINE_MS}. */
  live: boolean;
  /** Engine wall time minus this machine's; `null` before the first pulse. */
  offsetMs: number | null;
  lastPulseAtMs: number | null;
  /** Pushes that broke the contract. */
  malformed: number;
  /** Snapshots asked for again because a delta was missing. */
  gaps: number;
}

interface Pending {
  settle(result: Result<unknown, Failure>): void;
  cancelDeadline: Cancel;
}

/** The window's end of the contract: requests with answers, subscriptions that mend themselves, the engine's pulse. */
export class EngineClient {
  readonly #channel: RawChannel;
  readonly #clock: Clock;
  readonly #feeds = new Map<TopicName, TopicFeed>();
  #wanted: ReadonlySet<TopicName> = new Set();
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Set<(connection: Connection) => void>();
  #connection: Connection = {
    channel: 'connecting',
    live: false,
    offsetMs: null,
    lastPulseAtMs: null,
    malformed: 0,
    gaps: 0,
  };
  #lastPulseMonoMs = 0;
  #nextId = 0;

  constructor(channel: RawChannel, clock: Clock) {
    this.#channel = channel;
    this.#clock = clock;
  }

  /** Begins to listen. Call once, after the feeds are there. */
  connect(feeds: readonly TopicFeed[], onConnection: (connection: Connection) => void): void {
    for (const feed of feeds) this.#feeds.set(feed.topic, feed);
    this.#listeners.add(onConnection);
    every(this.#clock, LIVENESS_CHECK_MS, () => this.#checkPulse());
    this.#channel.onMessage((message) => this.#take(message));
    this.#channel.onState((state) => this.#follow(state));
  }

  /** The topics that are needed from now on: others are no longer told, and what was known of them is forgotten. */
  follow(topics: ReadonlySet<TopicName>): void {
    const before = this.#wanted;
    this.#wanted = topics;
    for (const feed of this.#feeds.values()) {
      if (topics.has(feed.topic) === before.has(feed.topic)) continue;
      if (topics.has(feed.topic)) {
        if (this.#connection.channel === 'open') this.#subscribe(feed);
      } else {
        feed.forget();
        void this.#request({ kind: 'unsubscribe', id: this.#takeId(), topic: feed.topic });
      }
    }
  }

  async query<N extends QueryName>(name: N, input: QueryInput<N>): Promise<Result<QueryOutput<N>, Failure>> {
    const reply = await this.#request({ kind: 'query', id: this.#takeId(), name, input });
    return readReply<QueryOutput<N>>(QUERIES[name].output, reply);
  }

  async command<N extends CommandName>(
    name: N,
    input: CommandInput<N>,
    submissionId: string,
  ): Promise<Result<CommandOutput<N>, Failure>> {
    const reply = await this.#request({ kind: 'command', id: this.#takeId(), name, input, submissionId });
    return readReply<CommandOutput<N>>(COMMANDS[name].output, reply);
  }

  #takeId(): number {
    this.#nextId += 1;
    return this.#nextId;
  }

  #request(request: Request): Promise<Result<unknown, Failure>> {
    if (this.#connection.channel !== 'open') return Promise.resolve(err(NOT_SENT));
    return new Promise((resolve) => {
      const settle = (result: Result<unknown, Failure>) => {
        this.#pending.delete(request.id);
        resolve(result);
      };
      const patient = request.kind === 'command' && ASKS_VENUES.has(request.name);
      const deadlineMs = patient ? VENUE_DEADLINE_MS : ANSWER_DEADLINE_MS;
      const cancelDeadline = this.#clock.after(deadlineMs, () => settle(err(NO_ANSWER)));
      this.#pending.set(request.id, { settle, cancelDeadline });
      this.#channel.send(request);
    });
  }

  #follow(state: ChannelState): void {
    if (state === this.#connection.channel) return;
    this.#update({ channel: state });
    if (state === 'open') {
      for (const feed of this.#feeds.values()) this.#subscribe(feed);
      return;
    }
    this.#update({ live: false });
    for (const pending of [...this.#pending.values()]) {
      pending.cancelDeadline();
      pending.settle(err(NO_ANSWER));
    }
  }

  /** UI-10: the old rows stay on screen, marked lost, until the snapshot replaces them. */
  async #subscribe(feed: TopicFeed): Promise<void> {
    if (!this.#wanted.has(feed.topic)) return;
    feed.pause();
    const reply = await this.#request({ kind: 'subscribe', id: this.#takeId(), topic: feed.topic });
    if (reply.ok || this.#connection.channel !== 'open') return;
    feed.problem(reply.error.message);
    this.#clock.after(RESUBSCRIBE_MS, () => this.#subscribe(feed));
  }

  #take(raw: unknown): void {
    const batch = batchSchema.safeParse(raw);
    if (!batch.success) this.#update({ malformed: this.#connection.malformed + 1 });
    for (const each of batch.data?.pushes ?? []) {
      const push = pushSchema.safeParse(each);
      if (push.success) this.#takePush(push.data);
      else this.#update({ malformed: this.#connection.malformed + 1 });
    }
  }

  #takePush(push: Push): void {
    if (push.kind === 'pulse') {
      this.#pulse(push.wallMs);
    } else if (push.kind === 'reply' || push.kind === 'failed') {
      const pending = this.#pending.get(push.id);
      pending?.cancelDeadline();
      pending?.settle(push.kind === 'reply' ? ok(push.value) : err(push.failure));
    } else {
      this.#takeTopic(push);
    }
  }

  #takeTopic(push: TopicPush): void {
    const feed = this.#feeds.get(push.topic);
    if (feed === undefined || !this.#wanted.has(push.topic)) return;
    const outcome = feed.accept(push);
    if (outcome === 'gap') {
      this.#update({ gaps: this.#connection.gaps + 1 });
      this.#subscribe(feed);
    } else if (outcome === 'unreadable') {
      this.#update({ malformed: this.#connection.malformed + 1 });
      feed.pause();
      feed.problem(`The engine sent “${push.topic}” in a form this window does not understand.`);
      this.#clock.after(RESUBSCRIBE_MS, () => this.#subscribe(feed));
    }
  }

  #pulse(engineWallMs: number): void {
    this.#lastPulseMonoMs = this.#clock.monoMs();
    this.#update({
      live: this.#connection.channel === 'open',
      offsetMs: engineWallMs - this.#clock.wallMs(),
      lastPulseAtMs: engineWallMs,
    });
  }

  #checkPulse(): void {
    if (!this.#connection.live) return;
    if (this.#clock.monoMs() - this.#lastPulseMonoMs > PULSE_DEADLINE_MS) this.#update({ live: false });
  }

  #update(change: Partial<Connection>): void {
    this.#connection = { ...this.#connection, ...change };
    for (const listener of this.#listeners) listener(this.#connection);
  }
}

function readReply<T>(
  schema: { safeParse(value: unknown): { success: boolean; data?: unknown } },
  reply: Result<unknown, Failure>,
): Result<T, Failure> {
  if (!reply.ok) return reply;
  const parsed = schema.safeParse(reply.value);
  return parsed.success ? ok(parsed.data as T) : err(UNREADABLE);
}
