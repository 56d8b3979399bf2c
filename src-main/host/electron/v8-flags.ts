import { setFlagsFromString } from 'node:v8';
import flags from './v8-flags.json' with { type: 'json' };

/** How `npm start` hands them over on the command line, and what of it the app must not pass on. */
export const JS_FLAGS = [...flags.smallHeap, ...flags.inlining].join(' ');

/** The switches of Chromium that windows inherit. */
interface Switches {
  getSwitchValue(name: string): string;
  removeSwitch(name: string): void;
}

/**
 * Compiles the main process as headless does. What V8 inlines it reads at each compilation: set here it holds for all that
 * runs from now on, also where the app was not started by `npm start`. The sizes of the heap are fixed when V8 starts; only
 * the command line can state them, and what is there is for the main process alone: windows draw, and keep V8's own.
 */
export function takeV8Flags(switches: Switches, set: (flag: string) => void = setFlagsFromString): void {
  for (const flag of flags.inlining) set(flag);
  // What a person stated instead is theirs, for windows too.
  if (switches.getSwitchValue('js-flags') === JS_FLAGS) switches.removeSwitch('js-flags');
}
