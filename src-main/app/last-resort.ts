import type { Cancel } from '#shared/kernel/time';

/**
 * Told of what nobody caught, instead of the process ending with positions open: hedging and reducing must go on. It
 * cannot be known what the error left half done, so whoever is told stops entries.
 */
export function onUncaught(told: (error: unknown) => void): Cancel {
  process.on('uncaughtException', told);
  process.on('unhandledRejection', told);
  return () => {
    process.removeListener('uncaughtException', told);
    process.removeListener('unhandledRejection', told);
  };
}
