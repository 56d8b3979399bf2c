import type { Failure } from '#shared/contract/contract';
import { err, ok, type Result } from '#shared/kernel/result';
import { type Settings, settingsSchema } from '#shared/settings/settings';

/** What keeps settings; the file in production. */
export interface SettingsStore {
  save(settings: Settings): Result<Settings, string>;
}

/**
 * The settings in force. A change is checked whole, kept on disk, and only then used: what the screen shows after a
 * refusal is what was there before.
 */
export class SettingsHolder {
  readonly #store: SettingsStore;
  readonly #changed: (settings: Settings, before: Settings) => void;
  #settings: Settings;

  constructor(settings: Settings, store: SettingsStore, changed: (settings: Settings, before: Settings) => void) {
    this.#settings = settings;
    this.#store = store;
    this.#changed = changed;
  }

  current(): Settings {
    return this.#settings;
  }

  /** All or nothing. The failure names each field with its bound (RK-3, UI-8). */
  change(next: Settings): Result<Settings, Failure> {
    const parsed = settingsSchema.safeParse(next);
    if (!parsed.success) {
      const fields = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
      return err({
        code: 'out-of-bounds',
        message: fields.map((field) => field.message).join(' '),
        kept: 'The settings in force were kept.',
        remedy: 'Use a value within the bounds shown beside the field.',
        fields,
      });
    }
    const saved = this.#store.save(parsed.data);
    if (!saved.ok) {
      return err({
        code: 'storage',
        message: saved.error,
        kept: 'The settings in force were kept.',
        remedy: 'Free space on the disk, or check who may write to the data folder, then save again.',
        fields: [],
      });
    }
    const before = this.#settings;
    this.#settings = saved.value;
    this.#changed(saved.value, before);
    return ok(saved.value);
  }
}
