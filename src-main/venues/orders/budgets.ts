import type { Clock } from '#shared/kernel/time';
import type { Budget, SignedCall } from './adapter.ts';

interface Told {
  readonly used: number;
  readonly atMs: number;
}

/** One window of a venue's limits: what was sent in it, and what the venue says was used. */
class Window {
  readonly #budget: Budget;
  #sent: { readonly atMs: number; readonly weight: number }[] = [];
  #told: Told | null = null;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  counts(call: SignedCall): boolean {
    return this.#budget.endpoints === undefined || this.#budget.endpoints.includes(call.endpoint);
  }

  /** Ms until a call of this weight fits; 0 now. What can never fit alone waits for an empty window. */
  waitMs(call: SignedCall, now: number): number {
    const { weight, reserve, windowMs } = this.#budget;
    const urgent = call.urgency === 'cancel' || call.urgency === 'hedge';
    const room = (urgent ? weight : weight - reserve) - call.weight;
    this.#forget(now);
    if (this.#used(now) <= Math.max(0, room)) return 0;
    // The oldest leave first: find the moment from which on enough of them are gone.
    const moments = this.#sent.map(({ atMs }) => atMs + windowMs);
    if (this.#told !== null) moments.push(this.#told.atMs + windowMs);
    moments.sort((a, b) => a - b);
    for (const atMs of moments) if (this.#used(atMs) <= Math.max(0, room)) return Math.max(1, atMs - now);
    return windowMs;
  }

  took(call: SignedCall, now: number): void {
    this.#sent.push({ atMs: now, weight: call.weight });
  }

  heard(headers: Readonly<Record<string, string>>, now: number): void {
    const header = this.#budget.usedHeader;
    const used = header === undefined ? Number.NaN : Number(headers[header] ?? Number.NaN);
    if (used >= 0) this.#told = { used, atMs: now };
  }

  /** The greater of our count and the venue's, which may know of other programs. */
  #used(atMs: number): number {
    const { windowMs } = this.#budget;
    let own = 0;
    let since = 0;
    const told = this.#told !== null && this.#told.atMs > atMs - windowMs ? this.#told : null;
    for (const sent of this.#sent) {
      if (sent.atMs <= atMs - windowMs) continue;
      own += sent.weight;
      if (told !== null && sent.atMs > told.atMs) since += sent.weight;
    }
    return Math.max(own, told === null ? 0 : told.used + since);
  }

  #forget(now: number): void {
    const { windowMs } = this.#budget;
    if ((this.#sent[0]?.atMs ?? now) <= now - windowMs)
      this.#sent = this.#sent.filter(({ atMs }) => atMs > now - windowMs);
    if (this.#told !== null && this.#told.atMs <= now - windowMs) this.#told = null;
  }
}

/** Every limit of a venue that counts calls, and the pauses it imposes. */
export class CallBudgets {
  readonly #clock: Clock;
  readonly #windows: readonly Window[];
  readonly #pausedUntilMs = { all: 0, read: 0, cancel: 0, create: 0 };
  readonly #pausedEndpoints = new Map<string, number>();

  constructor(budgets: readonly Budget[], clock: Clock) {
    this.#clock = clock;
    this.#windows = budgets.map((budget) => new Window(budget));
  }

  /** Ms until this call may leave; 0 now. */
  waitMs(call: SignedCall): number {
    const now = this.#clock.monoMs();
    let wait = Math.max(0, this.pausedUntilMs(call) - now);
    for (const window of this.#windows) if (window.counts(call)) wait = Math.max(wait, window.waitMs(call, now));
    return wait;
  }

  /** Monotonic ms until which the venue wants no such call; in the past when it does not mind. */
  pausedUntilMs(call: SignedCall): number {
    const { all, [call.kind]: kind } = this.#pausedUntilMs;
    return Math.max(all, kind, this.#pausedEndpoints.get(call.endpoint) ?? 0);
  }

  took(call: SignedCall): void {
    for (const window of this.#windows) if (window.counts(call)) window.took(call, this.#clock.monoMs());
  }

  heard(headers: Readonly<Record<string, string>>): void {
    for (const window of this.#windows) window.heard(headers, this.#clock.monoMs());
  }

  /** Nothing of this kind, of these endpoints, or nothing at all, is sent before then. */
  pause(what: 'all' | SignedCall['kind'] | readonly string[], untilMonoMs: number): void {
    if (typeof what !== 'string') {
      for (const endpoint of what) {
        this.#pausedEndpoints.set(endpoint, Math.max(this.#pausedEndpoints.get(endpoint) ?? 0, untilMonoMs));
      }
      return;
    }
    this.#pausedUntilMs[what] = Math.max(this.#pausedUntilMs[what], untilMonoMs);
  }
}
