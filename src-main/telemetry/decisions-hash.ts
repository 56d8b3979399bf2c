import { createHash } from 'node:crypto';
import type { Candidate, Plan } from '#shared/domain/plan';
import type { CycleReport } from '#shared/domain/report';
import { canonical } from './canonical.ts';

/**
 * SHA-256 over every decision in the order it was made: changes of verdict, plans, and what became of deals. Two runs
 * with the same digest decided the same things in the same order (PP-4). Each record is one line, its kind first, so no
 * two sequences of records share a byte stream.
 */
export class DecisionsHash {
  readonly #hash = createHash('sha256');
  #records = 0;

  verdict(candidate: Candidate): void {
    this.#add('verdict', candidate);
  }

  plan(plan: Plan): void {
    this.#add('plan', plan);
  }

  dealClosed(deal: CycleReport['dealsClosed'][number]): void {
    this.#add('deal', deal);
  }

  /** Decisions taken in so far. */
  get records(): number {
    return this.#records;
  }

  /** 64 hexadecimal digits over what came so far; more may follow. */
  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  #add(kind: string, value: unknown): void {
    this.#hash.update(`${kind} ${canonical(value)}\n`);
    this.#records += 1;
  }
}
