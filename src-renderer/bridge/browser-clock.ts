import type { Clock } from '#shared/kernel/time';

/** The window's own time. Ages are corrected by the engine's pulse, so a wrong local clock does not age a price. */
export const browserClock: Clock = {
  wallMs: () => Date.now(),
  monoMs: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
