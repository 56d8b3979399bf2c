import type { JournalRow, JournalStore } from '#engine/ports';
import type { JournalEntry } from '#shared/domain/journal';

/** A journal that lives as long as its process: rows as they were given, nothing read back from text. */
export class MemoryJournalStore implements JournalStore {
  readonly #rows: JournalRow[] = [];

  append(atMs: number, entries: readonly JournalEntry[]): void {
    for (const entry of entries) this.#rows.push({ sequence: this.#rows.length + 1, atMs, entry });
  }

  readAll(): readonly JournalRow[] {
    return this.#rows;
  }
}
