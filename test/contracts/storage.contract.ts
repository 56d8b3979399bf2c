import { afterEach, describe, expect, it } from 'vitest';
import type { JournalStore } from '#engine/ports';
import type { JournalEntry } from '#shared/domain/journal';

const auto = (state: 'running' | 'paused'): JournalEntry => ({ kind: 'auto', state });

/** What every journal store does (EX-1); `reopen` gives a store over the same rows, where rows outlive one. */
export function journalStoreContract(
  name: string,
  make: () => { store: JournalStore; reopen?: () => JournalStore; close: () => void },
): void {
  describe(`journal store: ${name}`, () => {
    let close: () => void = () => undefined;
    afterEach(() => close());
    const made = () => {
      const result = make();
      close = result.close;
      return result;
    };

    it('[EX-1] numbers rows from 1 without gaps, in order, with their time', () => {
      const { store } = made();
      expect(store.readAll()).toEqual([]);
      store.append(1000.5, [auto('running'), auto('paused')]);
      store.append(2000, [auto('running')]);
      expect(store.readAll()).toEqual([
        { sequence: 1, atMs: 1000.5, entry: auto('running') },
        { sequence: 2, atMs: 1000.5, entry: auto('paused') },
        { sequence: 3, atMs: 2000, entry: auto('running') },
      ]);
    });

    it('takes an empty append as none', () => {
      const { store } = made();
      store.append(1, []);
      expect(store.readAll()).toEqual([]);
    });

    it('[EX-11] goes on with the same rows when it is opened again', () => {
      const { store, reopen } = made();
      if (reopen === undefined) return;
      store.append(1, [auto('running')]);
      const again = reopen();
      again.append(2, [auto('paused')]);
      expect(again.readAll().map((row) => row.sequence)).toEqual([1, 2]);
    });
  });
}
