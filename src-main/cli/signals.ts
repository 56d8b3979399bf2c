import type { Clock } from '#shared/kernel/time';

/** Signals that ask for an orderly stop. */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** 128 + SIGINT, as shells count it. */
const FORCED_EXIT = 130;
/** One Ctrl+C arrives up to three times: from the terminal, from npm and from the launcher. */
const SAME_PRESS_MS = 1000;

/** Resolves at the first stop signal; a second press ends the process at once, for a stop that hangs. */
export function untilAskedToStop(clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    let askedAtMs: number | null = null;
    for (const signal of STOP_SIGNALS) {
      process.on(signal, () => {
        const nowMs = clock.monoMs();
        if (askedAtMs !== null && nowMs - askedAtMs > SAME_PRESS_MS) process.exit(FORCED_EXIT);
        askedAtMs ??= nowMs;
        resolve();
      });
    }
  });
}
