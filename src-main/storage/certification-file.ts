import { existsSync, readFileSync } from 'node:fs';
import writeFileAtomic from 'write-file-atomic';
import { type CertificationReport, certificationReportSchema } from '#shared/domain/certification';
import { err, ok, type Result } from '#shared/kernel/result';

/** A test network's report lies apart: it says nothing of the venues, and theirs is not lost over it. */
export const certificationName = (venues: CertificationReport['venues']): string =>
  venues === 'testnet' ? 'certification-testnet.json' : 'certification.json';

/** The last certification of a data directory: written by whoever ran it, read by the window each time it asks. */
export class CertificationFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** `null` before the first. The error is one line for people; a report that cannot be read is never half believed. */
  load(): Result<CertificationReport | null, string> {
    if (!existsSync(this.#path)) return ok(null);
    try {
      const parsed = certificationReportSchema.safeParse(JSON.parse(readFileSync(this.#path, 'utf8')));
      if (parsed.success) return ok(parsed.data);
      return err(`The certification report ${this.#path} is not in the form this version writes; run it again.`);
    } catch (error) {
      return err(`The certification report ${this.#path} cannot be read: ${said(error)}.`);
    }
  }

  /** Whole or not at all, replacing the one before. The error is one line for people. */
  save(report: CertificationReport): Result<void, string> {
    try {
      writeFileAtomic.sync(this.#path, `${JSON.stringify(report)}\n`, { fsync: true });
      return ok(undefined);
    } catch (error) {
      return err(`The certification report was not kept: ${said(error)}.`);
    }
  }
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));
