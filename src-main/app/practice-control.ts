import type { PracticeWorld } from '#main/practice/practice';
import { feedName } from '#shared/domain/ids';
import {
  type ActiveFault,
  type FaultCommand,
  faultTerms,
  type PracticeKeyRow,
  type PracticeState,
} from '#shared/domain/practice';
import type { Result } from '#shared/kernel/result';
import { practiceKeyRows } from './practice-keys.ts';

/** PP-3: what a person may do to the practice venues while they run; live venues have none. */
export interface PracticeControl {
  /** What is on now because of it, `null` for what happens once or was switched off; the error is one sentence. */
  apply(command: FaultCommand): Result<ActiveFault | null, string>;
  /** Switches every fault off. */
  clear(): void;
  state(): PracticeState;
  /** Keys that its venues have handed out. */
  keys(): readonly PracticeKeyRow[];
}

/** The orders of a person carried to the practice world. */
export function practiceControl(world: PracticeWorld): PracticeControl {
  return {
    apply: (command) => world.faults.apply(command),
    clear: () => world.faults.clear(),
    state: () => world.state(),
    keys: () => practiceKeyRows(world),
  };
}

/** What the window is told where there is no practice world. */
export const NO_PRACTICE: PracticeState = {
  world: 'none',
  note: 'The venues are the real ones: faults exist on practice venues only.',
  seed: null,
  feeds: [],
  active: [],
};

/** `Kraken spot: silence is on since now.` for the person who asked for it. */
export function faultText({ feed, fault, on }: FaultCommand, active: ActiveFault | null): string {
  const where = fault === 'depeg' ? 'Every venue' : feedName(feed);
  if (faultTerms(fault).kind === 'once') return `${where}: ${fault} happens to the next thing it fits.`;
  if (!on) return `${where}: ${fault} is off.`;
  const amount = active?.amount == null ? '' : ` (${active.amount} ${faultTerms(fault).unit ?? ''})`;
  const instrument = active?.instrument == null ? '' : `, ${active.instrument}`;
  return `${where}${instrument}: ${fault}${amount} is on.`;
}
