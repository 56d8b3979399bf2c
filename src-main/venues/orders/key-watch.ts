import { KEY_CHECKS, type KeyFinding, type KeyHealth, verdictOfKey } from '#shared/domain/account';
import type { FeedId } from '#shared/domain/ids';
import type { Cancel, Clock } from '#shared/kernel/time';

/** A key that could not be judged is looked at again soon, a refused one now and then, a good one for what changed. */
const AGAIN_MS = { unproven: 15_000, refused: 300_000, good: 3_600_000 } as const;
const SOON_MS = 1_000;
/** How long a good key is trusted while it cannot be looked at again. */
const GOOD_FOR_MS = 2 * AGAIN_MS.good;
/** A key that passes every check and is turned away all the same is not believed for ever … */
const MAX_TURNED_AWAY = 3;
/** … but tried again after a while, longer each time that it is turned away again. */
const TRIED_AGAIN_MS = [60_000, 120_000, 300_000, 900_000] as const;

export interface KeyWatchOptions {
  readonly feed: FeedId;
  readonly clock: Clock;
  readonly findings: () => Promise<readonly KeyFinding[]>;
  readonly clean: (text: string) => string;
  readonly changed: () => void;
}

/** AC-1, AC-2: whether the key and its account may trade, looked at on demand, on doubt and now and then. */
export class KeyWatch {
  readonly #o: KeyWatchOptions;
  #health: KeyHealth | null = null;
  /** Why nothing but cancels may be sent. */
  #blocked: string | null = null;
  #turnedAway = 0;
  /** How often it was tried again without being good for long. */
  #trials = 0;
  #checking: Promise<KeyHealth> | null = null;
  #timer: Cancel = () => undefined;
  #stopped = false;

  constructor(options: KeyWatchOptions) {
    this.#o = options;
  }

  get health(): KeyHealth | null {
    return this.#health;
  }

  get blocked(): string | null {
    return this.#blocked;
  }

  get good(): boolean {
    return this.#health?.verdict === 'good' && this.#blocked === null;
  }

  stop(): void {
    this.#stopped = true;
    this.#timer();
  }

  /** A person asks: what was held against the key is looked at anew. */
  async check(): Promise<KeyHealth> {
    this.#turnedAway = 0;
    this.#trials = 0;
    // One that is under way may have asked before what changed.
    if (this.#checking !== null) await this.#checking;
    return this.#check();
  }

  /** Something makes the key doubtful; what was held against it stays. */
  recheck(): void {
    if (!this.#stopped) void this.#check();
  }

  /** The venue turned a signed call away: nothing is sent until it is known why. */
  turnedAway(code: string, message: string): void {
    if (this.#stopped) return;
    this.#turnedAway += 1;
    // Looked at already, or held until its next trial: asking again would only count against it.
    if (this.#blocked !== null) return;
    this.#blocked = this.#o.clean(`the venue turns the key away (${code}): ${message}`);
    this.#o.changed();
    void this.#check();
  }

  #check(): Promise<KeyHealth> {
    this.#checking ??= this.#look().finally(() => {
      this.#checking = null;
    });
    return this.#checking;
  }

  /** A key that was found good stays so while only the question fails: a venue that is busy proves nothing against it. */
  #stillGood({ verdict, atMs }: KeyHealth): boolean {
    if (verdict !== 'unproven' || this.#blocked !== null || this.#health?.verdict !== 'good') return false;
    return atMs - this.#health.atMs < GOOD_FOR_MS;
  }

  async #look(): Promise<KeyHealth> {
    const turnedAway = this.#turnedAway;
    let found: readonly KeyFinding[];
    try {
      found = await this.#o.findings();
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      found = [{ check: 'signature', status: 'unknown', cause, remedy: 'Check the connection and try again.' }];
    }
    const findings = found
      .map((finding) => ({
        ...finding,
        cause: sentence(this.#o.clean(finding.cause)),
        remedy: sentence(this.#o.clean(finding.remedy)),
      }))
      .sort((a, b) => KEY_CHECKS.indexOf(a.check) - KEY_CHECKS.indexOf(b.check));
    const verdict = verdictOfKey(findings);
    const health: KeyHealth = { feed: this.#o.feed, verdict, findings, atMs: this.#o.clock.wallMs() };
    if (this.#stopped) return health;
    if (this.#stillGood(health)) {
      this.#timer();
      this.#timer = this.#o.clock.after(AGAIN_MS.unproven, () => void this.#check());
      return health;
    }
    this.#health = health;
    // Turned away while it was looked at: what was found may be from before.
    const stale = this.#turnedAway > turnedAway;
    if (verdict !== 'good') this.#blocked = reasonOf(findings);
    else if (!stale && this.#turnedAway < MAX_TURNED_AWAY) this.#blocked = null;
    this.#timer();
    this.#timer = stale
      ? this.#o.clock.after(SOON_MS, () => void this.#check())
      : verdict === 'good' && this.#blocked !== null
        ? this.#tryAgainLater()
        : this.#o.clock.after(AGAIN_MS[verdict], () => {
            // What was held against it long ago counts no more.
            this.#turnedAway = 0;
            this.#trials = 0;
            void this.#check();
          });
    this.#o.changed();
    return health;
  }

  /** One more call is let out then; if that is turned away too, the next trial is further away. */
  #tryAgainLater(): Cancel {
    const waitMs = TRIED_AGAIN_MS[Math.min(this.#trials, TRIED_AGAIN_MS.length - 1)] ?? AGAIN_MS.good;
    return this.#o.clock.after(waitMs, () => {
      this.#trials += 1;
      this.#turnedAway = MAX_TURNED_AWAY - 1;
      void this.#check();
    });
  }
}

/** The first thing that is wrong and what to do about it; what is proven comes before what is not known. */
function reasonOf(findings: readonly KeyFinding[]): string {
  const first = findings.find(({ status }) => status === 'fail') ?? findings.find(({ status }) => status === 'unknown');
  if (first === undefined) return 'nothing could be found out about the key';
  return [first.cause, first.remedy].filter((text) => text !== '').join(' ');
}

/** With a capital letter, unless it begins with a name, and a full stop: causes are partly the venues' own words. */
function sentence(text: string): string {
  if (text === '') return '';
  const begun = /^[a-z’]+(?![\w-])/.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}
