import type { TradingStatus } from '#shared/domain/listing';
import type { FrameTarget } from '../kit/decoder.ts';
import type { TrackTable } from '../kit/track.ts';
import { instrumentSchema, platformSchema } from './messages.ts';

const PERPETUAL = '-PERPETUAL';

/** Instruments that are locked go by their price index: `btc_usdc` for `BTC_USDC-PERPETUAL`. */
const indexOf = (symbol: string): string => symbol.replace(PERPETUAL, '').toLowerCase();

/**
 * MD-8: what a book's state lets a client do. `locked`: only cancels are accepted. `settlement` passes by itself.
 * https://docs.deribit.com/api-reference/market-data/public-get_order_book
 */
export function statusOfState(state: string): TradingStatus {
  switch (state) {
    case 'open':
      return 'normal';
    case 'locked':
      return 'cancel-only';
    case 'settlement':
    case 'inactive':
    case 'halted':
    case 'closed':
      return 'halted';
    case 'delivered':
    case 'archivized':
      return 'delisted';
    default:
      return 'unknown';
  }
}

/**
 * The statuses that the gateway streams (MD-8): of each book in its ticker, of price indexes that lock what is quoted by
 * them, of instruments that come and go, of the platform as a whole.
 */
export class GatewayStatuses {
  readonly #tracks: TrackTable;
  readonly #locked = new Set<string>();
  readonly #states = new Map<string, TradingStatus>();
  #platformTold = false;

  constructor(tracks: TrackTable) {
    this.#tracks = tracks;
  }

  /** A new connection: what is locked or in maintenance is told anew. */
  connected(): void {
    this.#locked.clear();
    this.#states.clear();
    this.#platformTold = false;
  }

  /** A ticker's word on its book. */
  book(symbol: string, state: string, out: FrameTarget): void {
    // The end of a maintenance that closed the socket is never announced: books that quote again announce it.
    if (!this.#platformTold) out.venueStatus('normal');
    this.#platformTold = true;
    this.#states.set(symbol, statusOfState(state));
    this.#tell(symbol, out);
  }

  /** `platform_state`; false when it cannot be read. */
  platform(data: unknown, out: FrameTarget): boolean {
    const parsed = platformSchema.safeParse(data);
    if (!parsed.success) return false;
    const { maintenance, price_index: index, locked } = parsed.data;
    if (maintenance !== undefined) {
      this.#platformTold = true;
      out.venueStatus(maintenance ? 'maintenance' : 'normal');
    }
    if (index === undefined || locked === undefined || locked === this.#locked.has(index)) return true;
    if (locked) this.#locked.add(index);
    else this.#locked.delete(index);
    for (const { symbol } of this.#tracks.all()) if (indexOf(symbol) === index) this.#tell(symbol, out);
    return true;
  }

  /** `instrument.state`; false when it cannot be read. */
  instrument(data: unknown, out: FrameTarget): boolean {
    const parsed = instrumentSchema.safeParse(data);
    if (!parsed.success) return false;
    const { instrument_name: symbol, state } = parsed.data;
    if (!symbol.endsWith(PERPETUAL)) return true;
    const ended = state === 'deactivated' || state === 'closed' || state === 'terminated';
    if (ended && this.#tracks.get(symbol) !== undefined) {
      out.status(symbol, state === 'deactivated' ? 'halted' : 'delisted');
    }
    if (ended || state === 'created' || state === 'started') out.catalogueChanged();
    return true;
  }

  /** Nothing is told of an index that was unlocked before its book has spoken. */
  #tell(symbol: string, out: FrameTarget): void {
    const status = this.#locked.has(indexOf(symbol)) ? 'halted' : this.#states.get(symbol);
    if (status !== undefined) out.status(symbol, status);
  }
}
