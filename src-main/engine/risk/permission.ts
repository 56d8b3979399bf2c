import type { AutoState } from '#shared/domain/safety';
import type { Breakers } from './breakers.ts';
import type { KillSwitch } from './kill-switch.ts';
import { type Refusal, refusal } from './refusal.ts';

export type Permitted = { readonly allowed: true } | ({ readonly allowed: false } & Refusal);
const ALLOWED: Permitted = { allowed: true };

/** May entries be made at all now, whatever the market offers (KS-1, AU-1, CB-2)? Hedging and reducing never ask. */
export class Permission {
  readonly #auto: () => AutoState;
  readonly #kill: KillSwitch;
  readonly #breakers: Breakers;
  readonly #broken: () => Refusal | undefined;

  /** `auto`: what the user asked for. `broken`: why the engine itself is not fit to enter, or `undefined`. */
  constructor(options: {
    readonly auto: () => AutoState;
    readonly kill: KillSwitch;
    readonly breakers: Breakers;
    readonly broken: () => Refusal | undefined;
  }) {
    this.#auto = options.auto;
    this.#kill = options.kill;
    this.#breakers = options.breakers;
    this.#broken = options.broken;
  }

  /** Tested in this order: kill switch, Auto mode, global breaker, the engine's own duties. */
  permission(): Permitted {
    const kill = this.#kill.state();
    if (kill.engaged) {
      return no(refusal('halted', `The kill switch is engaged at “${kill.level}” by ${kill.by}: ${kill.reason}.`));
    }
    const auto = this.#auto();
    if (auto === 'stopped') return no(refusal('not-armed', 'Auto mode is stopped.'));
    if (auto === 'paused') return no(refusal('halted', 'Auto mode is paused.'));
    const blocked = this.#breakers.blocked('global') ?? this.#broken();
    return blocked === undefined ? ALLOWED : no(blocked);
  }
}

const no = (why: Refusal): Permitted => ({ allowed: false, ...why });
