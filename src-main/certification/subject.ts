import type { Book } from '#engine/ports';
import type { VenueProtocol } from '#main/venues/kit/protocol';
import type { ListingId } from '#shared/domain/ids';
import type { FaultName } from '#shared/domain/practice';
import type { Random } from '#shared/kernel/random';
import { type Clock, delay } from '#shared/kernel/time';
import type { Transport } from '#shared/kernel/transport';

/** How long each part may take, ms. */
export interface CertificationTimes {
  /** From the start until every book is there. */
  readonly booksMs: number;
  /** How long books are watched. */
  readonly streamMs: number;
  /** For a trade, a reference, an equal snapshot to show up beyond that. */
  readonly patienceMs: number;
  /** From a break until every book is whole again. */
  readonly recoveryMs: number;
}

/** One feed and everything its checks need. */
export interface Subject {
  readonly protocol: VenueProtocol;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  /** Coins whose books are read. */
  readonly bases: readonly string[];
  readonly makeBook: (
    listing: ListingId,
    events: {
      readonly committed: () => void;
      readonly invalidated: (cause: string, ownVerdict: boolean) => void;
    },
  ) => Book;
  /** Makes a fault happen; `null` where the venues are the real ones. Gives why it cannot, or `null`. */
  readonly provoke: ((fault: FaultName, on: boolean) => string | null) | null;
  readonly times: CertificationTimes;
  /** The person asked to stop. */
  readonly cancelled: () => boolean;
}

const LOOK_EVERY_MS = 20;

/** Waits until something holds; false when it does not in time, or the run was cancelled. */
export async function until(
  { clock, cancelled }: Pick<Subject, 'clock' | 'cancelled'>,
  holds: () => boolean,
  withinMs: number,
): Promise<boolean> {
  const endMs = clock.monoMs() + withinMs;
  while (!holds()) {
    if (cancelled() || clock.monoMs() >= endMs) return false;
    await delay(clock, LOOK_EVERY_MS);
  }
  return true;
}
