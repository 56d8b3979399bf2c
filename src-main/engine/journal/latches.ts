import type { JournalEntry } from '#shared/domain/journal';
import { StorageError } from '../ports.ts';
import type { Journal } from './journal.ts';

const ALARM = 'journal-latch';

export interface LatchesOptions {
  readonly journal: Journal;
  readonly alarm: (key: string, text: string) => void;
  readonly alarmCleared: (key: string) => void;
}

/**
 * What must hold whether or not the disk can keep it: an engaged kill switch, an open breaker, a pair set aside, Auto
 * mode stopped. It is in force when {@link record} returns. While it is not on disk nothing else can be recorded, so no
 * entry is sent, and an alarm says that a restart would forget it (CB-3, KS-1).
 */
export class Latches {
  readonly #options: LatchesOptions;
  #unsaved = false;

  constructor(options: LatchesOptions) {
    this.#options = options;
  }

  record(entry: JournalEntry): void {
    this.#options.journal.note([entry]);
    this.#save();
  }

  /** Call once a second: tries again what could not be written. */
  retry(): void {
    if (this.#unsaved) this.#save();
  }

  #save(): void {
    const { journal, alarm, alarmCleared } = this.#options;
    try {
      journal.flush();
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.#unsaved = true;
      alarm(
        ALARM,
        `${error.message} What was last decided for safety is in force, but a restart would forget it; no order ` +
          'that adds risk is sent until it is written.',
      );
      return;
    }
    if (this.#unsaved) alarmCleared(ALARM);
    this.#unsaved = false;
  }
}
