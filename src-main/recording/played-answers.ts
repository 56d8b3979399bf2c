import type { Clock } from '#shared/kernel/time';
import type { HttpRequest, HttpResponse } from '#shared/kernel/transport';
import { TransportError } from '#shared/kernel/transport';
import type { SurveyedAnswer } from './survey.ts';

/** Longest wait for an answer that was recorded a little after it is asked for now. */
const SOON_MS = 5_000;
/** A number of a query that is a time, and so another one in every call. */
const TIME_VALUE = /^\d{10,19}$/;

/** An answer and how much later than recorded it is given. */
export interface PlayedAnswer {
  readonly answer: SurveyedAnswer;
  /** When it is given, wall ms. */
  readonly givenMs: number;
}

/**
 * The recorded answers of one feed by path. An answer comes when it came; one that was long ago is given again. Nothing is
 * told before it was: what was only recorded later is not known yet, and the call times out.
 */
export class PlayedAnswers {
  readonly #exact: ReadonlyMap<string, readonly SurveyedAnswer[]>;
  readonly #timeless = new Map<string, SurveyedAnswer[]>();
  readonly #clock: Clock;

  constructor(answers: ReadonlyMap<string, readonly SurveyedAnswer[]>, clock: Clock) {
    this.#exact = answers;
    this.#clock = clock;
    for (const [path, some] of answers) {
      const key = timeless(path);
      this.#timeless.set(
        key,
        [...(this.#timeless.get(key) ?? []), ...some].sort((a, b) => a.atMs - b.atMs),
      );
    }
  }

  /** @throws {TransportError} after the request's time, when there is no answer. */
  give({ url, timeoutMs }: HttpRequest, told: (played: PlayedAnswer) => string): Promise<HttpResponse> {
    const { pathname, search } = new URL(url);
    const path = `${pathname}${search}`;
    const nowMs = this.#clock.wallMs();
    const played = choose(this.#exact.get(path) ?? this.#timeless.get(timeless(path)) ?? [], nowMs, timeoutMs);
    return new Promise((resolve, reject) => {
      if (played === null) {
        this.#clock.after(timeoutMs, () => reject(new TransportError(`${path}: no answer of this time was recorded`)));
        return;
      }
      this.#clock.after(played.givenMs - nowMs, () =>
        resolve({ status: played.answer.status, headers: {}, body: told(played) }),
      );
    });
  }
}

function choose(answers: readonly SurveyedAnswer[], nowMs: number, timeoutMs: number): PlayedAnswer | null {
  const next = answers.find(({ atMs }) => atMs >= nowMs);
  if (next !== undefined && next.atMs - nowMs <= Math.min(SOON_MS, timeoutMs)) {
    return { answer: next, givenMs: next.atMs };
  }
  const last = answers.findLast(({ atMs }) => atMs < nowMs);
  return last === undefined ? null : { answer: last, givenMs: nowMs + Math.min(last.tookMs, timeoutMs / 2) };
}

/** A path whose times are left open. */
function timeless(path: string): string {
  const [asked = '', query = ''] = path.split('?', 2);
  const open = [...new URLSearchParams(query)].map(([name, value]) => `${name}=${isTime(value) ? '*' : value}`);
  return `${asked}?${open.join('&')}`;
}

const isTime = (value: string): boolean => TIME_VALUE.test(value) || /^\d{4}-\d\d-\d\dT/.test(value);
