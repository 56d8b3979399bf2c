import type { Breakers } from './breakers.ts';
import type { Exposure } from './exposure.ts';
import type { KillSwitch } from './kill-switch.ts';
import type { OrderRate } from './order-rate.ts';

export interface RiskWatchOptions {
  readonly exposure: Exposure;
  readonly orderRate: OrderRate;
  readonly breakers: Breakers;
  readonly kill: KillSwitch;
}

/**
 * What must be noticed even when nobody asks for an order: once a second it moves the breakers on, opens the global
 * one on a breach of exposure × time, turnover or order rate (CB-1), and lets the peak drawdown kill (KS-1).
 */
export class RiskWatch {
  readonly #options: RiskWatchOptions;
  #drawnDown = false;

  constructor(options: RiskWatchOptions) {
    this.#options = options;
  }

  /** Call once a second. */
  tick(): void {
    const { exposure, orderRate, breakers, kill } = this.#options;
    breakers.tick();
    const unhedged = exposure.unhedgedBreach();
    if (unhedged !== undefined) breakers.trip('global', 'exposure-budget', unhedged);
    const turnover = exposure.turnoverBreach();
    if (turnover !== undefined) breakers.trip('global', 'turnover', turnover);
    const rate = orderRate.breach();
    if (rate !== undefined) breakers.trip('global', 'order-rate', rate);
    const lost = exposure.killReason();
    // Once per descent: a person who re-armed below the limit is not overruled a second later; entries stay stopped
    // by the drawdown stop itself.
    if (lost !== undefined && !this.#drawnDown) kill.engage('flatten', 'drawdown-stop', lost);
    this.#drawnDown = lost !== undefined;
  }
}
