import { writtenForms } from '#shared/domain/secret-texts';
import { REDACTED } from './redaction.ts';

/** More than any installation has; beyond it those that were met longest ago are forgotten. */
const MOST = 512;

/**
 * SE-1: the secrets this process has met, so that every text that leaves it can be searched for them: keys of an ordinary
 * shape, passphrases and words are found by no pattern. Lives in memory as long as the process, nowhere else.
 */
export class KnownSecrets {
  readonly #secrets = new Set<string>();
  #forms: readonly string[] | null = [];

  learn(secrets: Iterable<string>): void {
    for (const secret of secrets) {
      if (!this.#secrets.delete(secret)) this.#forms = null;
      this.#secrets.add(secret);
    }
    for (const oldest of this.#secrets) {
      if (this.#secrets.size <= MOST) break;
      this.#secrets.delete(oldest);
    }
  }

  /** `text` without any of them, however they are written. */
  clean(text: string): string {
    this.#forms ??= writtenForms(this.#secrets);
    let cleaned = text;
    for (const form of this.#forms) cleaned = cleaned.replaceAll(form, REDACTED);
    return cleaned;
  }
}
