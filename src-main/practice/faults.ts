import type { Venue } from '#shared/domain/ids';
import type { TradingStatus } from '#shared/domain/listing';
import type { VenueGate } from './wire/gate.ts';
import type { World } from './world/world.ts';

/** Switches for what goes wrong on a practice venue (PP-3). Each names its venue; all take effect at once. */
export class PracticeFaults {
  readonly #gates: ReadonlyMap<Venue, VenueGate>;
  readonly #world: World;

  constructor(gates: ReadonlyMap<Venue, VenueGate>, world: World) {
    this.#gates = gates;
    this.#world = world;
  }

  /** Every socket of the venue breaks without a closing handshake; new ones are accepted. */
  dropConnections(venue: Venue): void {
    this.#gates.get(venue)?.dropConnections();
  }

  /** While on: open sockets hear nothing, not even heartbeats; REST answers 503; the market and its counters go on. */
  silence(venue: Venue, on: boolean): void {
    this.#gates.get(venue)?.silence(on);
  }

  /** The venue's next book delta that a client would notice is lost: a gap in the sequence, or a checksum that fails. */
  skipNextDelta(venue: Venue): void {
    this.#gates.get(venue)?.skipNextDelta();
  }

  /** The next Kraken book frame carries a wrong checksum; the other venues send none. */
  corruptNextChecksum(venue: 'kraken'): void {
    this.#gates.get(venue)?.corruptNextChecksum();
  }

  /** Sends `text` as it is to every open socket of the venue. */
  sendRaw(venue: Venue, text: string): void {
    this.#gates.get(venue)?.sendRaw(text);
  }

  /** MD-8: shown in the venue's catalogue, and on its socket where the venue announces it there. */
  setStatus(venue: Venue, instrument: string, status: TradingStatus): void {
    this.#world.setStatus(venue, instrument, status);
  }
}
