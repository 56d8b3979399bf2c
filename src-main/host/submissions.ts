import { createHmac, randomBytes } from 'node:crypto';
import type { Failure } from '#shared/contract/contract';
import type { Result } from '#shared/kernel/result';
import { err } from '#shared/kernel/result';
import { failure } from './failures.ts';

type Outcome = Result<unknown, Failure>;

interface Submission {
  /** Of the command's name and input, which may hold secrets: an id may not be used again for something else. */
  readonly digest: string;
  readonly outcome: Promise<Outcome>;
  done: boolean;
}

/**
 * Runs each submission once (UI-6): the same id is answered with the first answer, also while that is still on its way
 * and also over another connection, so that a window that lost its line may send again. Remembers the last `capacity`
 * submissions; ones still running are never forgotten, so more than that at once are refused.
 */
export class Submissions {
  readonly #seen = new Map<string, Submission>();
  readonly #capacity: number;
  /** Without it a digest says nothing, not even to who guesses the input. */
  readonly #salt = randomBytes(32);

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** `fingerprint`: the command's name and input as text; it is not kept. Never rejects if `execute` never does. */
  run(id: string, fingerprint: string, execute: () => Promise<Outcome>): Promise<Outcome> {
    const digest = createHmac('sha256', this.#salt).update(fingerprint).digest('base64');
    const earlier = this.#seen.get(id);
    if (earlier !== undefined) {
      if (earlier.digest === digest) return earlier.outcome;
      const problem = failure('invalid-input', 'The submission id was used for another command.', 'Send it again.');
      return Promise.resolve(err(problem));
    }
    if (!this.#makeRoom()) {
      return Promise.resolve(
        err(failure('refused', 'Too many commands are running.', 'Wait a moment and send again.')),
      );
    }
    const submission: Submission = { digest, outcome: execute(), done: false };
    this.#seen.set(id, submission);
    void submission.outcome.finally(() => {
      submission.done = true;
    });
    return submission.outcome;
  }

  #makeRoom(): boolean {
    if (this.#seen.size < this.#capacity) return true;
    for (const [id, submission] of this.#seen) {
      if (submission.done) return this.#seen.delete(id);
    }
    return false;
  }
}
