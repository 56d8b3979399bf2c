import type { RecordedWarning } from './recorded-bars.ts';

/** Gathers warnings: one line for each kind and place, with how often and where first. Outages stay one line each. */
export class WarningBook {
  readonly #lines = new Map<string, RecordedWarning>();

  add(kind: RecordedWarning['kind'], where: string, first: RecordedWarning['first'], handled: string, count = 1): void {
    const key = kind === 'outage' ? `${kind}|${where}|${JSON.stringify(first)}` : `${kind}|${where}`;
    const known = this.#lines.get(key);
    this.#lines.set(
      key,
      known === undefined ? { kind, where, count, first, handled } : { ...known, count: known.count + count },
    );
  }

  list(): readonly RecordedWarning[] {
    return [...this.#lines.values()];
  }
}
