import { existsSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { err, ok, type Result } from '#shared/kernel/result';
import { DEFAULT_LIMITS } from '#shared/settings/limits';
import { DEFAULT_SETTINGS, SETTINGS_VERSION, type Settings, settingsSchema } from '#shared/settings/settings';

/** How a file of an older version becomes one of the next: by the version it comes from. */
const MIGRATIONS: Readonly<Record<number, (old: Readonly<Record<string, unknown>>) => Record<string, unknown>>> = {
  // The first version knew nothing of announced maintenance.
  1: ({ limits, ...old }) => ({
    ...old,
    version: 2,
    limits: isRecord(limits) ? { maintenanceLeadMin: DEFAULT_LIMITS.maintenanceLeadMin, ...limits } : limits,
  }),
};

export interface LoadedSettings {
  readonly settings: Settings;
  /** Why the file was not used, naming the field and its bound; `null` when it was, or when there was none. */
  readonly problem: string | null;
  /** Where the file that was not used lies now; `null` when there is none or it could not be moved. */
  readonly keptAs: string | null;
}

/**
 * The settings file. Whatever is wrong with it, the program starts with safe values, says why, and keeps the file
 * beside it as `settings.rejected-<time>.json`: nothing a person wrote is lost, nothing half-right is used.
 */
export class SettingsFile {
  readonly #path: string;
  readonly #nowMs: () => number;

  /** `nowMs`: wall time, for the name of a rejected file. */
  constructor(options: { readonly path: string; readonly nowMs: () => number }) {
    this.#path = options.path;
    this.#nowMs = options.nowMs;
  }

  /** Never throws. Without a file: the defaults and no problem. */
  load(): LoadedSettings {
    if (!existsSync(this.#path)) return { settings: DEFAULT_SETTINGS, problem: null, keptAs: null };
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch (error) {
      return { settings: DEFAULT_SETTINGS, problem: `The settings file cannot be read: ${said(error)}.`, keptAs: null };
    }
    const parsed = parseSettings(text);
    return parsed.ok ? { settings: parsed.value, problem: null, keptAs: null } : this.#reject(parsed.error);
  }

  /** Checked against every bound, then written whole or not at all. The error is one line for people. */
  save(settings: Settings): Result<Settings, string> {
    const checked = settingsSchema.safeParse(settings);
    if (!checked.success) return err(`The settings were not saved: ${problemOf(checked.error.issues)}`);
    try {
      writeFileAtomic.sync(this.#path, `${JSON.stringify(checked.data, null, 2)}\n`, { fsync: true });
    } catch (error) {
      return err(`The settings were not saved: ${said(error)}.`);
    }
    return ok(checked.data);
  }

  #reject(why: string): LoadedSettings {
    const stamp = new Date(this.#nowMs()).toISOString().replaceAll(/[:.]/g, '-');
    let keptAs = join(dirname(this.#path), `settings.rejected-${stamp}.json`);
    for (let copy = 2; existsSync(keptAs); copy += 1) {
      keptAs = join(dirname(this.#path), `settings.rejected-${stamp}-${copy}.json`);
    }
    try {
      renameSync(this.#path, keptAs);
    } catch (error) {
      return { settings: DEFAULT_SETTINGS, problem: `${why} It stays where it is: ${said(error)}.`, keptAs: null };
    }
    return { settings: DEFAULT_SETTINGS, problem: why, keptAs };
  }
}

/** Reads the text of a settings file, of this version or an older one that can be migrated. */
function parseSettings(text: string): Result<Settings, string> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return err('The settings file is not JSON.');
  }
  if (!isRecord(json)) return err('The settings file does not hold settings.');
  let current = json;
  const { version } = current;
  if (typeof version !== 'number') return err('The settings file does not say its version.');
  if (version > SETTINGS_VERSION) {
    return err(`The settings file is of version ${version}, newer than this program's ${SETTINGS_VERSION}.`);
  }
  for (let at = version; at < SETTINGS_VERSION; at += 1) {
    const migrate = MIGRATIONS[at];
    if (migrate === undefined) return err(`The settings file is of version ${version}, which is too old to be read.`);
    current = migrate(current);
  }
  const parsed = settingsSchema.safeParse(current);
  return parsed.success ? ok(parsed.data) : err(`The settings file is refused: ${problemOf(parsed.error.issues)}`);
}

function problemOf(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string {
  return issues.map((issue) => `${issue.path.map(String).join('.')}: ${issue.message}`).join('; ');
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));
