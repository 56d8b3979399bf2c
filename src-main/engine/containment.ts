import type { EngineObserver } from './observer.ts';
import { type Refusal, refusal } from './risk/refusal.ts';

/**
 * Keeps a defect where it happened: not in the feed or the timer that led to it, nor in the parts that come after it
 * (AU-2, MD-4). Parts that entries rely on ({@link duty}) stop entries for as long as their last run failed (FCL).
 */
export class Containment {
  readonly #observer: Pick<EngineObserver, 'defect' | 'alarmCleared'>;
  readonly #failing = new Set<string>();

  constructor(observer: Pick<EngineObserver, 'defect' | 'alarmCleared'>) {
    this.#observer = observer;
  }

  /** `run` as it may be called by those who must not notice that it threw. */
  guard<A extends readonly unknown[]>(part: string, run: (...args: A) => void): (...args: A) => void {
    return (...args) => {
      try {
        run(...args);
      } catch (error) {
        this.#observer.defect(part, error);
      }
    };
  }

  /** Runs what is done once a tick and must be done for entries to be allowed. */
  duty(part: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#failing.add(part);
      this.#observer.defect(part, error);
      return;
    }
    if (this.#failing.delete(part)) this.#observer.alarmCleared(`defect:${part}`);
  }

  /** Why entries must wait, or `undefined`. */
  refusal(): Refusal | undefined {
    const [part] = this.#failing;
    return part === undefined ? undefined : refusal('telemetry-incomplete', `A defect keeps ${part} from running.`);
  }
}
