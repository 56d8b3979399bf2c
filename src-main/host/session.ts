import type { Failure, TopicName } from '#shared/contract/contract';
import { type Push, type Request, requestSchema } from '#shared/contract/messages';
import type { ContractService } from '#shared/contract/service';
import { assertNever } from '#shared/kernel/invariant';
import type { Result } from '#shared/kernel/result';
import { type Cancel, type Clock, every } from '#shared/kernel/time';
import type { Dispatcher } from './dispatch.ts';
import { failure, inputFailure } from './failures.ts';
import { Pacing } from './pacing.ts';
import { type TopicView, topicView } from './topic-view.ts';

/** How often due topics are looked for; finer than any pace they are sent at. */
const FLUSH_MS = 50;
const PULSE_MS = 1000;
/** A window that has not read for so long is let go; it reconnects and begins with snapshots. */
const STUCK_AFTER_MS = 10_000;
/** Requests of one window that may be unanswered at once. */
const MAX_IN_FLIGHT = 64;
/** Answers a request whose own id could not be read. */
export const UNREADABLE_ID = -1;

/** One window's line, whatever carries it. */
export interface Link {
  send(push: Push): void;
  /** Earlier pushes still wait for the window to take them: no topic is sent meanwhile. */
  congested(): boolean;
  /** Ends the line from this side. */
  drop(reason: string): void;
}

interface Subscription {
  readonly view: TopicView;
  dirty: boolean;
  snapshotDue: boolean;
}

/**
 * One window's conversation with the workstation, the same over both hosts: answers requests, and keeps subscribed
 * topics up to date by a snapshot and numbered deltas at a pace a person can follow. Nothing a window sends makes it
 * throw; requests beyond reason are refused, and a window that does not read is let go instead of filling memory.
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
      every(clock, PULSE_MS, () => this.#pulse()),
    );
    this.#pulse();
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
        this.#subscriptions.delete(request.topic);
        this.#reply(request.id, { ok: true, value: null });
        break;
      default:
        assertNever(request);
    }
  }

  #subscribe(topic: TopicName): void {
    const known = this.#subscriptions.get(topic);
    if (known !== undefined) known.snapshotDue = true;
    else this.#subscriptions.set(topic, { view: topicView(this.#service, topic), dirty: true, snapshotDue: true });
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
    this.#link.send(
      result.ok
        ? { kind: 'reply', id, ok: true, value: result.value }
        : { kind: 'failed', id, ok: false, failure: result.error },
    );
  }

  #pulse(): void {
    if (!this.#closed && !this.#link.congested()) {
      this.#link.send({ kind: 'pulse', wallMs: this.#service.wallMs() });
    }
  }

  #flush(): void {
    const nowMs = this.#clock.monoMs();
    if (this.#link.congested()) {
      this.#congestedSince ??= nowMs;
      if (nowMs - this.#congestedSince < STUCK_AFTER_MS) return;
      this.close();
      this.#link.drop('the window stopped reading');
      return;
    }
    this.#congestedSince = null;
    for (const [topic, subscription] of this.#due(nowMs)) {
      if (!this.#pacing.mayPush(nowMs) || this.#link.congested()) return;
      this.#pushTopic(topic, subscription, nowMs);
    }
  }

  /** Whichever topic has waited longest comes first, so that a busy one never starves a rare one. */
  #due(nowMs: number): [TopicName, Subscription][] {
    return [...this.#subscriptions]
      .filter(([topic, one]) => (one.dirty || one.snapshotDue) && this.#pacing.mayPushTopic(topic, nowMs))
      .sort(([a], [b]) => this.#pacing.lastOf(a) - this.#pacing.lastOf(b) || 0);
  }

  #pushTopic(topic: TopicName, subscription: Subscription, nowMs: number): void {
    const push = this.#read(topic, subscription);
    subscription.dirty = false;
    this.#pacing.tried(topic, nowMs);
    if (push === undefined) return;
    subscription.snapshotDue = false;
    this.#pacing.pushed(nowMs);
    this.#link.send(push);
  }

  #read(topic: TopicName, { view, snapshotDue }: Subscription): Push | undefined {
    try {
      const push = snapshotDue ? view.snapshot() : view.delta();
      this.#reportProblem(topic, view.problem());
      return push;
    } catch (error) {
      this.#reportProblem(topic, error instanceof Error ? (error.stack ?? error.message) : String(error));
      return undefined;
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
