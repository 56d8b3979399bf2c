import type { FaultName } from '#shared/domain/practice';

/** PP-3: what can go wrong with orders once. */
export const ONCE_ORDER_FAULTS = [
  'accept-then-5xx',
  'accept-then-silence',
  'late-fill',
  'unknown-status',
] as const satisfies readonly FaultName[];
/** What goes wrong with orders while it is on. */
export const SWITCH_ORDER_FAULTS = [
  'partial-fills',
  'reject-orders',
  'maintenance',
  'revoke-keys',
] as const satisfies readonly FaultName[];

export type OnceOrderFault = (typeof ONCE_ORDER_FAULTS)[number];
export type SwitchOrderFault = (typeof SWITCH_ORDER_FAULTS)[number];

export const isOnceOrderFault = (name: FaultName): name is OnceOrderFault =>
  ONCE_ORDER_FAULTS.some((one) => one === name);
export const isSwitchOrderFault = (name: FaultName): name is SwitchOrderFault =>
  SWITCH_ORDER_FAULTS.some((one) => one === name);

/** The faults of the orders of one feed. */
export class OrderFaults {
  readonly #armed = new Map<OnceOrderFault, number>();
  readonly #on = new Set<SwitchOrderFault>();

  arm(fault: OnceOrderFault): void {
    this.#armed.set(fault, (this.#armed.get(fault) ?? 0) + 1);
  }

  isArmed(fault: OnceOrderFault): boolean {
    return this.#armed.has(fault);
  }

  disarmAll(): void {
    this.#armed.clear();
  }

  /** Uses one up; false when none waits. */
  take(fault: OnceOrderFault): boolean {
    const count = this.#armed.get(fault);
    if (count === undefined) return false;
    if (count === 1) this.#armed.delete(fault);
    else this.#armed.set(fault, count - 1);
    return true;
  }

  turn(fault: SwitchOrderFault, on: boolean): void {
    if (on) this.#on.add(fault);
    else this.#on.delete(fault);
  }

  isOn(fault: SwitchOrderFault): boolean {
    return this.#on.has(fault);
  }
}
