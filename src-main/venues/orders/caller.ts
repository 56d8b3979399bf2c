import type { FailureKind, Random, VenueFailure } from '#engine/ports';
import { err, ok } from '#shared/kernel/result';
import type { Cancel, Clock } from '#shared/kernel/time';
import type { HttpResponse, Transport } from '#shared/kernel/transport';
import { fullJitterMs } from '../kit/backoff.ts';
import type { Answer, Budget, SignedCall, SignedCaller, Signer, Urgency, Verdict } from './adapter.ts';
import { CallBudgets } from './budgets.ts';
import { exactJson } from './exact-json.ts';
import type { Scrubber } from './scrub.ts';

/** One attempt at the venue, for its health (VH-1). */
export type OnCall = (
  endpoint: string,
  milliseconds: number,
  outcome: 'ok' | 'error' | 'timeout' | 'rate-limited',
) => void;

const ORDER: readonly Urgency[] = ['cancel', 'hedge', 'entry', 'read'];
const MAX_ATTEMPTS = 3;
const RETRY_FLOOR_MS = 50;
const RETRY_BASE_MS = 250;
const RETRY_CAP_MS = 2_000;
/** After a rate limit without a time: doubled while it goes on. */
const OWN_PAUSE_MS = 1_000;
const OWN_PAUSE_CAP_MS = 60_000;
/** A request that left this long ago has reached the venue before one that leaves now, where order counts. */
const SERIAL_GRACE_MS = 1_000;
/** A create is given up before its deadline by this, so that a deadline is never met by luck alone. */
const DEADLINE_MARGIN_MS = 20;

/** An entry or a read that more urgent calls kept from leaving for this long is of no use any more. */
const MOST_QUEUED_MS = 30_000;

/** What a limit holds up: everything, calls of a kind, or calls of these endpoints. */
type Limited = 'all' | SignedCall['kind'] | readonly string[];

interface Judged {
  readonly failure: VenueFailure;
  readonly limits: Limited;
  /** The venue turned it away before it looked at it. */
  readonly unseen?: boolean;
}

interface Job {
  readonly call: SignedCall;
  readonly queuedMs: number;
  attempts: number;
  /** Not before this, monotonic ms: the pause between two attempts. */
  notBeforeMs: number;
  readonly resolve: (answer: Answer<unknown>) => void;
}

export interface CallerOptions {
  readonly signer: (nonce: () => number) => Signer;
  readonly verdict: Verdict;
  readonly budgets: readonly Budget[];
  readonly signingWindowMs: number;
  /** One call in flight at a time: the venue wants nonces in the order in which they were made. */
  readonly serial: boolean;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly skewMs: () => number;
  readonly scrubber: Scrubber;
  readonly onCall: OnCall;
}

/**
 * Signs and sends the calls of one key. The more urgent goes first; reads and entries that would wait too long fail at once,
 * cancels and hedges wait. What may be repeated is repeated; a create only where the venue turned it away unseen (EX-3).
 * Nothing leaves after `stop`.
 */
export class Caller implements SignedCaller {
  readonly #o: CallerOptions;
  readonly #signer: Signer;
  readonly #budgets: CallBudgets;
  readonly #queues: Readonly<Record<Urgency, Job[]>> = { cancel: [], hedge: [], entry: [], read: [] };
  readonly #flying = new Set<Job>();
  #lastNonce = 0;
  #lastSentMs = Number.NEGATIVE_INFINITY;
  /** By kind: reads that are limited time and again must not lengthen the pause of a cancel. */
  readonly #limitedInARow = { read: 0, cancel: 0, create: 0 };
  #timer: Cancel | null = null;
  #stopped = false;

  constructor(options: CallerOptions) {
    this.#o = options;
    this.#budgets = new CallBudgets(options.budgets, options.clock);
    this.#signer = options.signer(() => this.nonce());
  }

  nonce(): number {
    this.#lastNonce = Math.max(this.#lastNonce + 1, Math.floor(this.#o.clock.wallMs() + this.#o.skewMs()));
    return this.#lastNonce;
  }

  call(call: SignedCall): Promise<Answer<unknown>> {
    if (this.#stopped) return Promise.resolve(err(notSent('STOPPED', 'the account is stopped')));
    return new Promise((resolve) => {
      const now = this.#o.clock.monoMs();
      this.#queues[call.urgency].push({ call, queuedMs: now, attempts: 0, notBeforeMs: now, resolve });
      this.#pump();
    });
  }

  /** What waits is given up; what is under way is answered as not known. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#timer?.();
    this.#timer = null;
    for (const urgency of ORDER) {
      for (const job of this.#queues[urgency].splice(0)) job.resolve(err(notSent('STOPPED', 'the account is stopped')));
    }
    for (const job of this.#flying) {
      job.resolve(
        err({ kind: 'in-doubt', code: 'STOPPED', message: 'stopped before an answer came', retryAtMonoMs: null }),
      );
    }
    this.#flying.clear();
  }

  /** Sends everything that may leave now and sets the alarm for the next. */
  #pump(): void {
    this.#timer?.();
    this.#timer = null;
    if (this.#stopped) return;
    let nextMs = Number.POSITIVE_INFINITY;
    for (const urgency of ORDER) {
      const queue = this.#queues[urgency];
      for (let index = 0; index < queue.length; ) {
        const job = queue[index] as Job;
        const waitMs = this.#waitMs(job);
        const refused = this.#refusal(job, waitMs);
        if (refused !== null || waitMs <= 0) {
          queue.splice(index, 1);
          if (refused === null) void this.#send(job);
          else job.resolve(err(refused));
        } else {
          nextMs = Math.min(nextMs, waitMs);
          index += 1;
        }
      }
    }
    if (nextMs !== Number.POSITIVE_INFINITY) this.#timer = this.#o.clock.after(Math.ceil(nextMs), () => this.#pump());
  }

  #waitMs({ call, notBeforeMs }: Job): number {
    const now = this.#o.clock.monoMs();
    const serial = this.#o.serial && this.#flying.size > 0 ? this.#lastSentMs + SERIAL_GRACE_MS - now : 0;
    return Math.max(0, serial, notBeforeMs - now, this.#budgets.waitMs(call));
  }

  /** Why it is given up instead of waiting; `null` when it may wait. */
  #refusal({ call, queuedMs }: Job, waitMs: number): VenueFailure | null {
    const { clock } = this.#o;
    const wallMs = clock.wallMs();
    if (call.createBeforeMs !== undefined && wallMs + waitMs > call.createBeforeMs - DEADLINE_MARGIN_MS) {
      return notSent('DEADLINE', 'its deadline would have passed before it could be sent');
    }
    // A question fails whoever asks it: it is asked again by who needs it, and while it waited nobody could.
    if (call.kind !== 'read' && (call.urgency === 'cancel' || call.urgency === 'hedge')) return null;
    const now = clock.monoMs();
    // Reading late is better than reading all of it again from the start; an entry that comes late is of no use.
    const patienceMs = call.kind === 'create' ? call.timeoutMs : MOST_QUEUED_MS;
    const limited = this.#budgets.waitMs(call) > patienceMs || this.#budgets.pausedUntilMs(call) > now;
    if (!limited && now - queuedMs <= MOST_QUEUED_MS) return null;
    return {
      kind: 'rate-limit',
      code: 'OWN_BUDGET',
      message: 'not sent: the venue’s limit for calls is used up',
      retryAtMonoMs: now + waitMs,
    };
  }

  async #send(job: Job): Promise<void> {
    const { call } = job;
    const { clock, signingWindowMs, transport, onCall, scrubber } = this.#o;
    job.attempts += 1;
    this.#budgets.took(call);
    this.#flying.add(job);
    this.#lastSentMs = clock.monoMs();
    const sentMs = this.#lastSentMs;
    const wallMs = clock.wallMs();
    const windowMs =
      call.createBeforeMs === undefined ? signingWindowMs : Math.min(signingWindowMs, call.createBeforeMs - wallMs);
    let response: HttpResponse | null = null;
    let message = '';
    try {
      const params = call.paramsAt?.(wallMs) ?? call.params;
      const request = await this.#signer.sign({ ...call, params }, windowMs);
      if (this.#stopped) return;
      scrubber.signed(request);
      try {
        response = await transport.request(request);
      } catch (error) {
        message = textOf(error);
      }
    } catch (error) {
      this.#end(job, err(notSent('SIGNING', `cannot be signed: ${textOf(error)}`, 'authentication')));
      return;
    }
    if (this.#stopped) return;
    if (response === null) {
      this.#counted(() => onCall(call.endpoint, clock.monoMs() - sentMs, 'timeout'));
      const failure: VenueFailure = {
        kind: call.kind === 'create' ? 'in-doubt' : 'transient',
        code: 'NO_ANSWER',
        message,
        retryAtMonoMs: null,
      };
      this.#failed(job, { failure, limits: call.kind });
      return;
    }
    this.#budgets.heard(response.headers);
    const judged = this.#judgedSafely(call, response);
    const failure = judged?.failure ?? null;
    const outcome = failure === null ? 'ok' : failure.kind === 'rate-limit' ? 'rate-limited' : 'error';
    // A definite no is the venue at work, not the venue ailing.
    const ended = failure?.kind === 'rejected' ? 'ok' : outcome;
    this.#counted(() => onCall(call.endpoint, clock.monoMs() - sentMs, ended));
    if (judged === null) {
      this.#limitedInARow[call.kind] = 0;
      this.#end(job, ok(exactJson(response.body)));
    } else this.#failed(job, judged);
  }

  /** Whoever counts calls does not decide what becomes of them. */
  #counted(count: () => void): void {
    try {
      count();
    } catch {
      // Its own defect; the call has its answer.
    }
  }

  /** An answer over which the sorting breaks says nothing: without this its call would never end. */
  #judgedSafely(call: SignedCall, response: HttpResponse): Judged | null {
    try {
      return this.#judge(call, response);
    } catch {
      const failure: VenueFailure = {
        kind: 'in-doubt',
        code: 'UNREADABLE',
        message: `HTTP ${response.status}, an answer that cannot be sorted`,
        retryAtMonoMs: null,
      };
      return { failure, limits: call.kind };
    }
  }

  /** EX-3. A create that met a 5xx is in doubt whatever its words, an error that the verdict does not know too. */
  #judge(call: SignedCall, response: HttpResponse): Judged | null {
    const { status, headers } = response;
    const body = exactJson(response.body);
    const verdict = this.#o.verdict({ status, body, text: response.body, headers, call });
    const now = this.#o.clock.monoMs();
    // Words are cut to a length; what must not be told goes out of them before (SE-1).
    const text = verdict === null && status < 400 ? response.body : this.#o.scrubber.clean(response.body);
    if (verdict !== null) {
      const { kind, retryAfterMs } = verdict;
      const told =
        text === response.body ? verdict : this.#o.verdict({ status, body: exactJson(text), text, headers, call });
      const { code, message } = told ?? { ...verdict, message: '' };
      const doubtful = call.kind === 'create' && status >= 500 && kind !== 'in-doubt';
      const failure: VenueFailure = {
        kind: doubtful ? 'in-doubt' : kind,
        code,
        message,
        retryAtMonoMs: retryAfterMs === null ? null : now + retryAfterMs,
      };
      // Without a time it concerns this kind of call.
      const ownKind = verdict.ownKindOnly ?? retryAfterMs === null;
      const limits = verdict.ownEndpoints ?? (ownKind ? call.kind : 'all');
      return { failure, limits, unseen: verdict.unseen === true && !doubtful };
    }
    const unclear = (code: string, message: string) => ({
      failure: { kind: 'in-doubt', code, message, retryAtMonoMs: null } as const,
      limits: call.kind,
    });
    if (status >= 400) return unclear(`HTTP_${status}`, text.slice(0, 160));
    return body === undefined ? unclear('UNREADABLE', `HTTP ${status}, no JSON`) : null;
  }

  #failed(job: Job, { failure, limits, unseen = false }: Judged): void {
    const { clock, random } = this.#o;
    const { call } = job;
    const now = clock.monoMs();
    let told = failure;
    if (failure.kind === 'rate-limit') {
      const ownMs = Math.min(OWN_PAUSE_CAP_MS, OWN_PAUSE_MS * 2 ** Math.min(this.#limitedInARow[call.kind], 10));
      const untilMs = Math.max(failure.retryAtMonoMs ?? 0, now + ownMs);
      this.#limitedInARow[call.kind] += 1;
      // Cancels are not held up by what reads or creates did.
      this.#budgets.pause(limits, untilMs);
      told = { ...failure, retryAtMonoMs: untilMs };
    }
    const repeatable =
      failure.kind === 'transient' ||
      (failure.kind === 'in-doubt' && /^(HTTP_5|UNREADABLE)/.test(failure.code)) ||
      (failure.kind === 'rate-limit' && call.kind === 'cancel');
    const again = unseen || (call.kind !== 'create' && repeatable);
    if (!again || job.attempts >= MAX_ATTEMPTS || this.#stopped) {
      this.#end(job, err(told));
      return;
    }
    this.#flying.delete(job);
    job.notBeforeMs = now + RETRY_FLOOR_MS + fullJitterMs(job.attempts, RETRY_BASE_MS, RETRY_CAP_MS, random);
    this.#queues[call.urgency].unshift(job);
    this.#pump();
  }

  #end(job: Job, answer: Answer<unknown>): void {
    this.#flying.delete(job);
    if (this.#stopped) return;
    job.resolve(answer.ok ? answer : err(this.#clean(answer.error)));
    this.#pump();
  }

  #clean(failure: VenueFailure): VenueFailure {
    const { scrubber } = this.#o;
    return { ...failure, code: scrubber.clean(failure.code), message: scrubber.clean(failure.message) };
  }
}

/** Failures of ours before anything left: the venue knows nothing of it. */
function notSent(code: string, message: string, kind: FailureKind = 'rejected'): VenueFailure {
  return { kind, code, message, retryAtMonoMs: null };
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
