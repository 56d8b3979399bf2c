/**
 * Every exit code of every command, in one place. 0 is success, and an orderly stop by signal; 1 is a defect of our own.
 */
export const EXIT = {
  ok: 0,
  defect: 1,
  /** Unknown or impossible flags; usage was shown. */
  usage: 2,
  /** The port is in use or may not be used. */
  port: 3,
  /** The data directory cannot be written, is full or is not a directory. */
  dataDirectory: 4,
  /** A file or folder that was named cannot be read or written, or already holds something. */
  file: 4,
  /** The journal is damaged, of another version or unreadable; nothing was overwritten. */
  journal: 5,
  /** Another workstation owns the data directory (EX-13). */
  secondInstance: 6,
  /** Recorded data is missing or unusable. */
  recordedData: 7,
  /** It ran, and what was asked for was not reached: a check failed, nothing was received, a feed stayed stuck. */
  notReached: 8,
} as const;

/** Why a command could not start: one line for a person, and the code to exit with. */
export interface StartProblem {
  readonly exitCode: number;
  readonly message: string;
}
