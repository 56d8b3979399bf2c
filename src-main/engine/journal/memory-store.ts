import type { JournalEntry } from '#shared/domain/journal';
import type { JournalRow, JournalStore } from '../ports.ts';

/** A journal that lives as long as its process: for replays, where nothing is to survive. */
export class MemoryJournalStore implements JournalStore {
  readonly #rows: JournalRow[] = [];

  append(atMs: number, entries: readonly JournalEntry[]): void {
    for (const entry of entries) this.#rows.push({ sequence: this.#rows.length + 1, atMs, entry });
  }

  readAll(): readonly JournalRow[] {
    return this.#rows;
  }
}
