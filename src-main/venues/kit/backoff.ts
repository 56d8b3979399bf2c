import type { Random } from '#shared/kernel/random';

/**
 * Exponential backoff with full jitter: uniform in [0, min(cap, base × 2^attempt)). `attempt` counts from 0.
 * Jitter over the whole range keeps many feeds that lost the network together from returning together.
 */
export function fullJitterMs(attempt: number, baseMs: number, capMs: number, random: Random): number {
  return random.next() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30));
}
