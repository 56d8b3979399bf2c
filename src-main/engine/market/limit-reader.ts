import type { LimitName, Limits } from '#shared/settings/limits';

/** Reads one limit as a double for the hot path; the text is parsed again only when the settings changed. */
export function limitReader(limits: () => Limits, name: LimitName): () => number {
  let text: string | undefined;
  let value = Number.NaN;
  return () => {
    const now = limits()[name];
    if (now !== text) {
      text = now;
      value = Number(now);
    }
    return value;
  };
}
