/**
 * UI-6: a double click or Enter twice is one submission. The same command with the same input within the window of a
 * double click gets the answer of the first; anything later is a new submission with its own id.
 */
const DOUBLE_PRESS_MS = 700;

export interface Submissions<R> {
  /** Runs `submit` with a fresh id, unless this is the second press of a double one. */
  once(key: string, submit: (submissionId: string) => Promise<R>): Promise<R>;
}

export function createSubmissions<R>(monoMs: () => number, newId: () => string): Submissions<R> {
  const recent = new Map<string, { atMs: number; settled: boolean; answer: Promise<R> }>();
  return {
    once(key, submit) {
      const now = monoMs();
      for (const [old, entry] of recent) {
        if (entry.settled && now - entry.atMs > DOUBLE_PRESS_MS) recent.delete(old);
      }
      const same = recent.get(key);
      if (same !== undefined) return same.answer;
      const entry = { atMs: now, settled: false, answer: submit(newId()) };
      recent.set(key, entry);
      const settle = () => {
        entry.settled = true;
      };
      entry.answer.then(settle, settle);
      return entry.answer;
    },
  };
}

/** 128 random bits, hex. */
export function newSubmissionId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
