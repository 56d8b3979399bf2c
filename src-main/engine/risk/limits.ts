import { type Decimal, decimal, toDouble } from '#shared/money/decimal';
import { LIMIT_NAMES, type LimitName, type Limits } from '#shared/settings/limits';
import type { Settings } from '#shared/settings/settings';

/** The limits in force (RK-3), parsed once per change of the settings and read on every judgement. */
export class LimitValues {
  readonly #settings: () => Settings;
  readonly #exact = new Map<LimitName, Decimal>();
  readonly #double = new Map<LimitName, number>();
  #parsed: Limits | undefined;

  /** `settings`: the settings in force now, already validated against their bounds. */
  constructor(settings: () => Settings) {
    this.#settings = settings;
  }

  /** In the unit of the limits table. */
  exact(name: LimitName): Decimal {
    this.#refresh();
    return this.#exact.get(name) as Decimal;
  }

  /** The same as a double, for the hot path. */
  double(name: LimitName): number {
    this.#refresh();
    return this.#double.get(name) as number;
  }

  #refresh(): void {
    const limits = this.#settings().limits;
    if (limits === this.#parsed) return;
    for (const name of LIMIT_NAMES) {
      const value = decimal(limits[name]);
      this.#exact.set(name, value);
      this.#double.set(name, toDouble(value));
    }
    this.#parsed = limits;
  }
}
