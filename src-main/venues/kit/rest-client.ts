import type { FeedSink } from '#engine/ports';
import type { FeedId } from '#shared/domain/ids';
import type { Random } from '#shared/kernel/random';
import { err, ok, type Result } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import type { HttpResponse, Transport } from '#shared/kernel/transport';
import { fullJitterMs } from './backoff.ts';
import { Pauses } from './pauses.ts';
import { Places } from './places.ts';

export interface RestError {
  readonly kind: 'timeout' | 'error' | 'rate-limited';
  readonly message: string;
}

/** A complete answer, and between which moments of ours it was made. */
export interface RestAnswer {
  readonly response: HttpResponse;
  readonly sentWallMs: number;
  readonly sentMonoMs: number;
  readonly receivedWallMs: number;
}

/** Some front doors turn away clients that do not name themselves. */
const HEADERS = { accept: 'application/json', 'user-agent': 'crossbook' };
const ALWAYS = (): boolean => true;
/**
 * Questions of one feed that are unanswered at once. A new connection wants hundreds of snapshots: opened together their
 * connections would hold up everything else on this computer, and a venue that is slow already.
 */
export const MOST_AT_ONCE = 24;
/** Longest pause a venue's Retry-After can impose; a ban longer than this is asked about again. */
const MAX_PAUSE_MS = 10 * 60_000;

/**
 * Reads a venue's public REST side within a budget of weight per minute. Every answer is reported through
 * `apiCall`, for venue health (VH-1). After 429 or 418 nothing is sent until Retry-After has passed.
 */
export class RestClient {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #feed: FeedId;
  readonly #baseUrl: string;
  readonly #budget: number;
  readonly #report: FeedSink['apiCall'];
  #tokens: number;
  #refilledMonoMs: number;
  #pausedUntilMonoMs = 0;
  #limitedInARow = 0;
  readonly #pauses: Pauses;
  readonly #places = new Places(MOST_AT_ONCE);

  constructor(options: {
    transport: Transport;
    clock: Clock;
    random: Random;
    feed: FeedId;
    baseUrl: string;
    budgetPerMinute: number;
    report: FeedSink['apiCall'];
  }) {
    this.#transport = options.transport;
    this.#clock = options.clock;
    this.#pauses = new Pauses(options.clock);
    this.#random = options.random;
    this.#feed = options.feed;
    this.#baseUrl = options.baseUrl;
    this.#budget = options.budgetPerMinute;
    this.#report = options.report;
    this.#tokens = options.budgetPerMinute;
    this.#refilledMonoMs = options.clock.monoMs();
  }

  /** Nothing is sent any more: what still waits for its turn is given up. */
  stop(): void {
    this.#pauses.stop();
    this.#places.wakeAll();
  }

  /**
   * GET of a path on the venue's REST host; anything but 200 is an error. `endpoint` names the call in health. A call that
   * is no longer `wanted` when its turn comes is not sent: turns may be minutes away, and there are few of them.
   */
  async get(
    endpoint: string,
    path: string,
    weight: number,
    timeoutMs: number,
    wanted: () => boolean = ALWAYS,
  ): Promise<Result<RestAnswer, RestError>> {
    const result = await this.fetch(endpoint, `${this.#baseUrl}${path}`, weight, timeoutMs, wanted);
    if (!result.ok || result.value.response.status === 200) return result;
    const { status, body } = result.value.response;
    return err({ kind: 'error', message: `HTTP ${status}: ${body.slice(0, 120)}` });
  }

  /** GET of a whole URL, any status but 429 and 418 handed back: for clients that judge answers themselves. */
  async fetch(
    endpoint: string,
    url: string,
    weight: number,
    timeoutMs: number,
    wanted: () => boolean = ALWAYS,
  ): Promise<Result<RestAnswer, RestError>> {
    if (!(await this.#takeTurn(weight, wanted))) return err({ kind: 'error', message: 'not wanted any more' });
    const sentMonoMs = this.#clock.monoMs();
    const sentWallMs = this.#clock.wallMs();
    const done = (outcome: Parameters<FeedSink['apiCall']>[3]) =>
      this.#report(this.#feed, endpoint, this.#clock.monoMs() - sentMonoMs, outcome);
    const answer = await this.#send(url, timeoutMs);
    if (!answer.ok) {
      done('timeout');
      return answer;
    }
    const response = answer.value;
    if (isLimited(response)) {
      this.#pause(response.headers['retry-after']);
      done('rate-limited');
      return err({ kind: 'rate-limited', message: `HTTP ${response.status}` });
    }
    this.#limitedInARow = 0;
    done(response.status >= 400 ? 'error' : 'ok');
    return ok({ response, sentWallMs, sentMonoMs, receivedWallMs: this.#clock.wallMs() });
  }

  /**
   * The body of something the feed can do without, at a whole URL or a path of the venue's host. It takes its turn in the
   * budget and waits where the others wait, but nothing of it counts: not for venue health, and not for how long the feed's
   * own calls pause, which hear the venue's word themselves.
   */
  async aside(address: string, weight: number, timeoutMs: number): Promise<Result<string, RestError>> {
    if (!(await this.#takeTurn(weight, ALWAYS))) return err({ kind: 'error', message: 'not wanted any more' });
    const answer = await this.#send(address.startsWith('/') ? `${this.#baseUrl}${address}` : address, timeoutMs);
    if (!answer.ok) return answer;
    const { status, body } = answer.value;
    if (status === 200) return ok(body);
    return err({ kind: isLimited(answer.value) ? 'rate-limited' : 'error', message: `HTTP ${status}` });
  }

  async #send(url: string, timeoutMs: number): Promise<Result<HttpResponse, RestError>> {
    try {
      return ok(await this.#transport.request({ method: 'GET', url, headers: HEADERS, body: undefined, timeoutMs }));
    } catch (error) {
      return err({ kind: 'timeout', message: error instanceof Error ? error.message : String(error) });
    } finally {
      this.#places.leave();
    }
  }

  /** False when the call is not to be sent. Else {@link #send} must follow: it gives the place back. */
  async #takeTurn(weight: number, wanted: () => boolean): Promise<boolean> {
    while (!this.#pauses.stopped && wanted()) {
      if (!this.#places.anyFree) {
        await this.#places.mayBeFree();
        continue;
      }
      const now = this.#clock.monoMs();
      this.#tokens = Math.min(this.#budget, this.#tokens + ((now - this.#refilledMonoMs) * this.#budget) / 60_000);
      this.#refilledMonoMs = now;
      const forTokensMs = this.#tokens >= weight ? 0 : ((weight - this.#tokens) * 60_000) / this.#budget;
      const waitMs = Math.max(forTokensMs, this.#pausedUntilMonoMs - now);
      if (waitMs <= 0) {
        this.#tokens -= weight;
        this.#places.take();
        return true;
      }
      await this.#pauses.wait(Math.max(1, Math.ceil(waitMs)));
    }
    this.#places.wakeNext();
    return false;
  }

  #pause(retryAfter: string | undefined): void {
    const seconds = Number(retryAfter);
    const stated = retryAfter !== undefined && seconds > 0 ? seconds * 1000 : 0;
    const own = 1000 + fullJitterMs(this.#limitedInARow, 2000, 60_000, this.#random);
    this.#limitedInARow += 1;
    this.#pausedUntilMonoMs = this.#clock.monoMs() + Math.min(MAX_PAUSE_MS, Math.max(stated, own));
  }
}

const isLimited = ({ status }: HttpResponse): boolean => status === 429 || status === 418;
