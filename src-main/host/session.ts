import type { Failure, TopicName } from '#shared/contract/contract';
import { type Push, type Request, requestSchema } from '#shared/contract/messages';
import type { ContractService } from '#shared/contract/service';
import { assertNever } from '#shared/kernel/invariant';
import type { Result } from '#shared/kernel/result';
import { type Cancel, type Clock, every } from '#shared/kernel/time';
import type { Dispatcher } from './dispatch.ts';
import { failure, inputFailure } from './failures.ts';
import { BATCH_BYTES, Message, URGENCY } from './message.ts';
import { Pacing } from './pacing.ts';
import { type TopicView, topicView } from './topic-view.ts';

/** How often the line is looked after; finer than any pace it is used at. */
const FLUSH_MS = 50;
const PULSE_MS = 1000;
/** The most that topics take of one message, so that reading one never holds the window up. */
const TOPICS_BYTES = 30_000;
/** What topics leave of a second's budget to answers and the pulse. */
const ANSWERS_RESERVE_BYTES = 20_000;
/** What a topic leaves in a message to each less urgent one that has something to tell. */
const LESS_URGENT_BYTES = 3_000;
/** Answers that may wait for their turn; a window that asks faster than it may be answered is let go. */
const MAX_WAITING_ANSWERS = 256;
/** A window that has not read for so long is let go; it reconnects and begins with snapshots. */
const STUCK_AFTER_MS = 10_000;
/** Requests of one window that may be unanswered at once. */
const MAX_IN_FLIGHT = 64;
/** Answers a request whose own id could not be read. */
export const UNREADABLE_ID = -1;

/** Topics up to this urgency never wait for a larger part of another; so much of each goes in every message. */
const PRESSING_BYTES = 6_000;
const LAST_PRESSING = URGENCY.notifications;

/** One window's line, whatever carries it. */
export interface Link {
  /** JSON text of a batch. */
  send(text: string): void;
  /** Earlier pushes still wait for the window to take them: nothing is sent meanwhile. */
  congested(): boolean;
  /** Ends the line from this side. */
  drop(reason: string): void;
}

interface Subscription {
  readonly topic: TopicName;
  readonly view: TopicView;
  /** Something may have changed, or did not fit last time. */
  dirty: boolean;
}

/**
 * One window's conversation with the workstation, the same over both hosts: answers requests, and keeps subscribed
 * topics up to date by a snapshot and numbered deltas at a pace a person can follow. Everything due goes in one message,
 * and messages and bytes a second are bounded whatever the market does: what does not fit waits, the least urgent
 * longest, and is told as it is then. Nothing a window sends makes it throw; requests beyond reason are refused, and a
 * window that does not read is let go instead of filling memory.
 */
export class Session {
  readonly #service: ContractService;
  readonly #dispatcher: Dispatcher;
  readonly #clock: Clock;
  readonly #link: Link;
  readonly #onProblem: (problem: string) => void;
  readonly #subscriptions = new Map<TopicName, Subscription>();
  readonly #reported = new Set<TopicName>();
  readonly #pacing = new Pacing();
  readonly #cancels: Cancel[] = [];
  /** Texts of answers that wait for their turn, oldest first. */
  readonly #answers: string[] = [];
  /** The topic of which not even a part fitted: it is first in the next message, which waits until there is room. */
  #deferred: { readonly subscription: Subscription; readonly needs: number } | null = null;
  #pulseDue = true;
  #inFlight = 0;
  #congestedSince: number | null = null;
  #closed = false;

  constructor(
    service: ContractService,
    dispatcher: Dispatcher,
    clock: Clock,
    link: Link,
    onProblem: (problem: string) => void,
  ) {
    this.#service = service;
    this.#dispatcher = dispatcher;
    this.#clock = clock;
    this.#link = link;
    this.#onProblem = onProblem;
    this.#cancels.push(
      service.onChanged((topic) => {
        const subscription = this.#subscriptions.get(topic);
        if (subscription !== undefined) subscription.dirty = true;
      }),
      every(clock, FLUSH_MS, () => this.#flush()),
      every(clock, PULSE_MS, () => {
        this.#pulseDue = true;
      }),
    );
    this.#talk();
  }

  /** Takes one message as it came off the line, already JSON-decoded but otherwise untrusted. */
  receive(raw: unknown): void {
    if (this.#closed) return;
    const parsed = requestSchema.safeParse(raw);
    if (!parsed.success) {
      this.#reply(readableId(raw), { ok: false, error: inputFailure('The request', parsed.error) });
      return;
    }
    if (this.#inFlight >= MAX_IN_FLIGHT) {
      const problem = failure(
        'refused',
        'Too many requests are waiting for an answer.',
        'Wait a moment and try again.',
      );
      this.#reply(parsed.data.id, { ok: false, error: problem });
      return;
    }
    this.#handle(parsed.data);
  }

  /** The line ended; nothing is sent after this. */
  close(): void {
    this.#closed = true;
    for (const cancel of this.#cancels) cancel();
    this.#subscriptions.clear();
    this.#answers.length = 0;
  }

  #handle(request: Request): void {
    switch (request.kind) {
      case 'query':
        this.#answer(request.id, this.#dispatcher.query(request.name, request.input));
        break;
      case 'command':
        this.#answer(request.id, this.#dispatcher.command(request.name, request.input, request.submissionId));
        break;
      case 'subscribe':
        this.#subscribe(request.topic);
        this.#reply(request.id, { ok: true, value: null });
        break;
      case 'unsubscribe':
        if (this.#deferred?.subscription.topic === request.topic) this.#deferred = null;
        this.#subscriptions.delete(request.topic);
        this.#reply(request.id, { ok: true, value: null });
        break;
      default:
        assertNever(request);
    }
  }

  #subscribe(topic: TopicName): void {
    const known = this.#subscriptions.get(topic);
    if (known === undefined) {
      this.#subscriptions.set(topic, { topic, view: topicView(this.#service, topic), dirty: true });
    } else {
      known.view.restart();
      known.dirty = true;
    }
  }

  #answer(id: number, outcome: Promise<Result<unknown, Failure>>): void {
    this.#inFlight += 1;
    void outcome.then((result) => {
      this.#inFlight -= 1;
      this.#reply(id, result);
    });
  }

  #reply(id: number, result: Result<unknown, Failure>): void {
    if (this.#closed) return;
    const push: Push = result.ok
      ? { kind: 'reply', id, ok: true, value: result.value }
      : { kind: 'failed', id, ok: false, failure: result.error };
    this.#answers.push(JSON.stringify(push));
    if (this.#answers.length > MAX_WAITING_ANSWERS) this.#letGo('the window asked too much at once');
    else if (!this.#link.congested()) this.#talk();
  }

  #flush(): void {
    const nowMs = this.#clock.monoMs();
    if (this.#link.congested()) {
      this.#congestedSince ??= nowMs;
      if (nowMs - this.#congestedSince >= STUCK_AFTER_MS) this.#letGo('the window stopped reading');
      return;
    }
    this.#congestedSince = null;
    this.#talk();
  }

  #letGo(reason: string): void {
    this.close();
    this.#link.drop(reason);
  }

  /** Sends what is due and allowed, as one message: answers at once, topics with them when it is their time. */
  #talk(): void {
    const nowMs = this.#clock.monoMs();
    if (!this.#pacing.mayTalk(nowMs)) return;
    const message = new Message();
    this.#addPulse(message);
    const answered = this.#addAnswers(message, nowMs);
    if (answered && this.#pacing.mayTellTopics(nowMs)) this.#addTopics(message, nowMs);
    if (message.empty) return;
    this.#pacing.sent(message.bytes, message.topics, nowMs);
    this.#link.send(message.text());
  }

  #addPulse(message: Message): void {
    if (!this.#pulseDue) return;
    this.#pulseDue = false;
    const pulse: Push = { kind: 'pulse', wallMs: this.#service.wallMs() };
    message.add(JSON.stringify(pulse));
  }

  /** False while one is too large for what is left of the second: topics wait then, so that it comes to fit. */
  #addAnswers(message: Message, nowMs: number): boolean {
    for (;;) {
      const [text] = this.#answers;
      if (text === undefined) return true;
      if (!this.#pacing.fits(Buffer.byteLength(text), message.bytes, nowMs)) return false;
      message.add(text);
      this.#answers.shift();
    }
  }

  #addTopics(message: Message, nowMs: number): void {
    const dirty = [...this.#subscriptions.values()].filter((one) => one.dirty);
    dirty.sort((a, b) => URGENCY[a.topic] - URGENCY[b.topic]);
    const pressing = dirty.filter(({ topic }) => URGENCY[topic] <= LAST_PRESSING);
    for (const one of pressing) this.#tell(message, one, PRESSING_BYTES);
    const first = this.#deferred;
    if (first !== null) {
      if (!this.#pacing.fits(first.needs + ANSWERS_RESERVE_BYTES, message.bytes, nowMs)) return;
      this.#deferred = null;
      this.#tell(message, first.subscription, Math.max(first.needs, LESS_URGENT_BYTES));
    }
    const end = Math.min(this.#pacing.left(nowMs) - ANSWERS_RESERVE_BYTES, BATCH_BYTES + TOPICS_BYTES);
    const others = dirty.filter((one) => one !== first?.subscription && !pressing.includes(one));
    for (const [index, one] of others.entries()) {
      const kept = (others.length - 1 - index) * LESS_URGENT_BYTES;
      this.#tell(message, one, end - message.bytes - kept);
    }
  }

  /** Reads one topic into the message; one of which not even a part fitted is first in the next. */
  #tell(message: Message, subscription: Subscription, allowance: number): void {
    try {
      const { push, more, needs } = subscription.view.read(allowance);
      this.#reportProblem(subscription.topic, subscription.view.problem());
      subscription.dirty = more;
      if (push !== null) {
        message.add(push);
        message.topics = true;
      }
      if (needs > 0) this.#deferred ??= { subscription, needs };
    } catch (error) {
      subscription.dirty = false;
      this.#reportProblem(subscription.topic, error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  }

  /** Once per topic until it is sound again: a broken topic is read several times a second. */
  #reportProblem(topic: TopicName, problem: string | null): void {
    if (problem === null) this.#reported.delete(topic);
    else if (!this.#reported.has(topic)) {
      this.#reported.add(topic);
      this.#onProblem(`topic ${topic} cannot be told as it should: ${problem}`);
    }
  }
}

function readableId(raw: unknown): number {
  const id: unknown = typeof raw === 'object' && raw !== null && 'id' in raw ? raw.id : undefined;
  return typeof id === 'number' && Number.isSafeInteger(id) ? id : UNREADABLE_ID;
}
