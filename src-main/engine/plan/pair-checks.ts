import { VENUE_NAMES } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { MarketView } from '../market/view.ts';
import { type Refusal, refusal } from '../risk/refusal.ts';
import type { PairIdentity } from './identity.ts';
import { transferOf } from './pair.ts';
import type { Quarantine } from './quarantine.ts';

export interface PairChecksOptions {
  readonly market: MarketView;
  readonly quarantine: Quarantine;
  readonly identity: PairIdentity;
}

/** Spot against spot is planned; a pair with a perpetual is found and counted, and its plan comes with the carry deals. */
export const isPlanned = (buy: Listing, sell: Listing): boolean => buy.product === 'spot' && sell.product === 'spot';

/** What two listings must be to each other, whatever their prices are. One order of tests for planning and failover. */
export class PairChecks {
  readonly #options: PairChecksOptions;

  constructor(options: PairChecksOptions) {
    this.#options = options;
  }

  /** ID-3, ID-6: one book under two names, products that are not planned, different units. */
  kind(buy: Listing, sell: Listing): Refusal | undefined {
    if (buy.bookId === sell.bookId) {
      return refusal('conflicting-position', `${buy.id} and ${sell.id} are one book under two names.`);
    }
    if (!isPlanned(buy, sell)) return refusal('unsupported-order', 'Only spot against spot is planned.');
    if (buy.unitsPerBase === sell.unitsPerBase) return undefined;
    const units = `${buy.unitsPerBase} and ${sell.unitsPerBase} coins`;
    return refusal('implausible-edge', `One ${buy.base} is ${units} on the two venues: they are not one asset.`);
  }

  /** ID-6: set aside until a person confirms the pair. */
  aside(buy: Listing, sell: Listing): Refusal | undefined {
    const why = this.#options.quarantine.reason(buy.id, sell.id);
    return why === undefined ? undefined : refusal('implausible-edge', `The pair is set aside: ${why}`);
  }

  /** ID-6: prices that do not agree well enough to be those of one asset, unless a person confirmed that they are. */
  identity(buy: Listing, sell: Listing): Refusal | undefined {
    const { quarantine, identity } = this.#options;
    if (quarantine.confirmed(buy.id, sell.id)) return undefined;
    const doubt = identity.doubt(buy, sell);
    return doubt === undefined ? undefined : refusal('implausible-edge', doubt);
  }

  /**
   * MD-8: buying the coin on one venue and selling it on another is only undone by moving it there: out of the first and
   * into the second.
   */
  transfers(buy: Listing, sell: Listing): Refusal | undefined {
    const { market } = this.#options;
    if (transferOf(market, buy, sell) !== 'closed') return undefined;
    const out = market.transfersOf(buy.venue, buy.base).withdrawals === 'closed';
    const where = out
      ? `Withdrawals of ${buy.base} from ${VENUE_NAMES[buy.venue]}`
      : `Deposits of ${buy.base} to ${VENUE_NAMES[sell.venue]}`;
    return refusal('transfer-suspended', `${where} are closed: what is bought could not be brought back.`);
  }

  /** Everything at once. */
  all(buy: Listing, sell: Listing): Refusal | undefined {
    return this.kind(buy, sell) ?? this.aside(buy, sell) ?? this.identity(buy, sell) ?? this.transfers(buy, sell);
  }
}
