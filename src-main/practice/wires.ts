import type { FeedId } from '#shared/domain/ids';
import { BinanceServer } from './wire/binance/server.ts';
import { BybitServer } from './wire/bybit/server.ts';
import { CoinbaseServer } from './wire/coinbase/server.ts';
import { CoinbaseDerivativesServer } from './wire/coinbase-derivatives/server.ts';
import { KrakenServer } from './wire/kraken/server.ts';
import { KrakenFuturesServer } from './wire/kraken-futures/server.ts';
import { OkxServer } from './wire/okx/server.ts';
import type { VenueWire, WireContext } from './wire/venue.ts';

interface WireEntry {
  /** Names the wire's random stream: changing it changes the bytes of every seed. */
  readonly name: string;
  /** The feeds that its hosts serve; one wire serves two where the venue's hosts do. Wires of one venue share its clock and its accounts. */
  readonly feeds: readonly [FeedId, ...FeedId[]];
  readonly Wire: new (context: WireContext) => VenueWire;
}

/**
 * Every venue protocol there is, one line each. A wire on hosts of its own is a line more; one that shares a host with
 * another feed of its venue is that line's server with the feed added to `feeds`.
 */
export const WIRES: readonly WireEntry[] = [
  { name: 'binance', feeds: ['binance:spot', 'binance:perp'], Wire: BinanceServer },
  { name: 'coinbase', feeds: ['coinbase:spot'], Wire: CoinbaseServer },
  { name: 'coinbase-derivatives', feeds: ['coinbase:perp'], Wire: CoinbaseDerivativesServer },
  { name: 'bybit', feeds: ['bybit:spot', 'bybit:perp'], Wire: BybitServer },
  { name: 'okx', feeds: ['okx:spot', 'okx:perp'], Wire: OkxServer },
  { name: 'kraken', feeds: ['kraken:spot'], Wire: KrakenServer },
  { name: 'kraken-futures', feeds: ['kraken:perp'], Wire: KrakenFuturesServer },
];
