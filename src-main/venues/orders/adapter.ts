import type { FailureKind, Random, VenueAction, VenueFailure } from '#engine/ports';
import type { FeeTier, Holding, KeyFinding, Position } from '#shared/domain/account';
import type { Capabilities } from '#shared/domain/capabilities';
import type { Credentials, KeyKind } from '#shared/domain/credentials';
import type { FeedId, ListingId } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { Liquidity, OrderIntent, OrderPurpose, Side } from '#shared/domain/order';
import type { Result } from '#shared/kernel/result';
import type { Cancel, Clock } from '#shared/kernel/time';
import type { HttpRequest, Transport } from '#shared/kernel/transport';

/** What a call came to: the answer as it was read, or why there is none. */
export type Answer<T> = Result<T, VenueFailure>;

/** How an order is named to its venue: by whichever of the two is known. */
export interface OrderRef {
  readonly clientOrderId: string;
  readonly venueOrderId: string | null;
  readonly listing: Listing;
  /** Resident orders live elsewhere on some venues. */
  readonly resident: boolean;
}

/** One order as its venue tells it. Decimal text as the venue sent it, contracts turned into base units. */
export interface VenueOrder {
  readonly venueOrderId: string;
  /** `null` for orders without one, or made by someone else. */
  readonly clientOrderId: string | null;
  /** `null` when the catalogue does not know the symbol. */
  readonly listing: ListingId | null;
  readonly symbol: string;
  readonly side: Side;
  /** Base units. */
  readonly quantity: string;
  readonly price: string | null;
  /** Cumulative base units. */
  readonly filled: string;
  /** `unknown`: a status nobody knows (EX-6). A resident order that waits for its trigger is `open`. */
  readonly state: 'open' | 'filled' | 'cancelled' | 'expired' | 'rejected' | 'unknown';
  /** The venue's own word for it. */
  readonly status: string;
  readonly atMs: number;
}

/** One execution as its venue tells it (EX-5). */
export interface VenueFill {
  /** Unique within the listing. */
  readonly tradeId: string;
  readonly venueOrderId: string;
  readonly clientOrderId: string | null;
  readonly listing: ListingId | null;
  readonly symbol: string;
  readonly side: Side;
  /** Base units, before any fee. */
  readonly quantity: string;
  readonly price: string;
  /** Positive: paid. Negative: a rebate. */
  readonly fee: string;
  readonly feeCurrency: string;
  readonly liquidity: Liquidity;
  readonly atMs: number;
  /**
   * The venue changed it after the fact, in its own words. `clear`: what is told is what stands of it now, a quantity of 0 where
   * nothing does; else nobody can say.
   */
  readonly adjusted?: { readonly words: string; readonly clear: boolean };
}

/** What an order that was asked for is now known to be. */
export type Looked =
  | { readonly kind: 'found'; readonly order: VenueOrder; readonly fills: readonly VenueFill[] }
  /** The venue was asked in a way that would have shown it. */
  | { readonly kind: 'not-there' }
  /** The answer does not prove its absence (EX-4). */
  | { readonly kind: 'unproven'; readonly message: string };

/** What a private stream tells. Synchronous. */
export interface PrivateSink {
  stream(state: 'connecting' | 'live' | 'lost', reason: string): void;
  /** Bytes of any kind arrived. */
  heard(): void;
  fill(fill: VenueFill): void;
  /** Where executions are not streamed, `filled` is what counts and executions are asked for. */
  order(order: VenueOrder): void;
  action(action: VenueAction): void;
  /** Balances changed: read again soon. */
  holdingsChanged(): void;
  /** A frame that could not be read; at most 200 characters, without secrets. */
  unreadable(sample: string): void;
}

/** How urgent a call is; under pressure the lower one waits, and cancels and hedges never wait for reads. */
export type Urgency = 'cancel' | 'hedge' | 'entry' | 'read';

export const urgencyOf = (purpose: OrderPurpose): Urgency => (purpose === 'entry' ? 'entry' : 'hedge');

/**
 * AC-2: which of two orders of ours goes when one would take from the other. An entry makes way for whatever rests; what
 * reduces risk is held up by nothing that rests (EX-7).
 */
export const selfTradeEnds = (purpose: OrderPurpose): 'taker' | 'maker' => (purpose === 'entry' ? 'taker' : 'maker');

/** One signed call before it is signed. */
export interface SignedCall {
  /** Names it in statistics, budgets and messages, e.g. `order-create`. */
  readonly endpoint: string;
  /** The ccxt method that signs and sends it, e.g. `privatePostV5OrderCreate`; the gateway has its own. */
  readonly method: string;
  /** A list where the venue takes one as its body (OKX `cancel-algos`): it is passed on as it is. */
  readonly params: Readonly<Record<string, unknown>> | readonly unknown[];
  /** Takes the place of `params` where they depend on when the call leaves, our wall ms. */
  readonly paramsAt?: (wallMs: number) => SignedCall['params'];
  /** Sent beside those of the signature, unsigned, e.g. OKX's `expTime`. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Creates, EX-4: our wall time after which it must not be created any more. It is not sent later than that, and the
   * receive window of venues that sign one (Binance, Bybit) ends with it.
   */
  readonly createBeforeMs?: number;
  readonly urgency: Urgency;
  /** In the unit of the venue's budget for it. */
  readonly weight: number;
  readonly timeoutMs: number;
  /**
   * `read` and `cancel` are tried again after transient failures and timeouts; a `create` is sent once and an unclear end is
   * in doubt (EX-3).
   */
  readonly kind: 'read' | 'cancel' | 'create';
}

/** Turns a call into the request that leaves. Nothing is sent by it. */
export interface Signer {
  /** `windowMs`: how long after now the venue may still take it, where it signs that. @throws when it cannot sign. */
  sign(call: SignedCall, windowMs: number): Promise<HttpRequest>;
}

/** What a signer is made from. */
export interface SignerContext {
  readonly credentials: Credentials;
  /** Of the key's entity; the first is the REST host. */
  readonly hosts: readonly string[];
  /** What tells the entity where its host alone does not; every call carries it. */
  readonly headers: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly random: Random;
  readonly skewMs: () => number;
  readonly nonce: () => number;
}

/** Signs, sends, keeps within budgets, retries what may be retried, and sorts what fails. */
export interface SignedCaller {
  /** The body as parsed, numbers as the text in which they came. */
  call(call: SignedCall): Promise<Answer<unknown>>;
  /** The next nonce: strictly growing, also over calls of one millisecond. */
  nonce(): number;
}

/** How a venue's errors are sorted (EX-3). Only what is listed as rejected is. */
export type Verdict = (error: {
  /** 0 where no answer came. */
  readonly status: number;
  /** The body as parsed, `undefined` where it is not JSON. */
  readonly body: unknown;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly call: SignedCall;
}) =>
  | {
      readonly kind: FailureKind;
      readonly code: string;
      readonly message: string;
      readonly retryAfterMs: number | null;
      /** A limit that concerns calls of this kind alone: cancels are not held up by what reads did. */
      readonly ownKindOnly?: boolean;
      /** A limit that concerns calls of these endpoints alone: nothing else is held up by it. */
      readonly ownEndpoints?: readonly string[];
      /** Turned away before anything was looked at: the same call may be sent again, even a create. */
      readonly unseen?: boolean;
    }
  /** The answer is no error. */
  | null;

export interface AdapterContext {
  readonly credentials: Credentials;
  readonly entity: string;
  readonly caller: SignedCaller;
  /** For private streams and what the caller does not send. */
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  /** The catalogue as it is now. */
  readonly listing: (id: ListingId) => Listing | undefined;
  /** Of this feed, by the venue's symbol. */
  readonly bySymbol: (symbol: string) => Listing | undefined;
  readonly listings: () => readonly Listing[];
  /** Listings that orders of this account were ever given on, by the journal; none when left out. */
  readonly traded?: () => Iterable<ListingId>;
  /** Server time minus ours, ms (MD-6); 0 until measured. */
  readonly skewMs: () => number;
  /** From now on this text is replaced in every message that leaves (SE-1): listen keys, tokens. */
  readonly hide: (secret: string) => void;
}

/** The orders, account and private stream of one feed, in its venue's own words. Nothing here decides. */
export interface OrderAdapter {
  /** Sends it; `createBeforeMs` becomes the venue's own deadline where it has one (EX-4). */
  create(order: OrderIntent, listing: Listing): Promise<Answer<{ readonly venueOrderId: string }>>;
  /** `gone`: it is final or was never there. */
  cancel(order: OrderRef): Promise<Answer<'cancelled' | 'gone'>>;
  cancelAll(listing: Listing | null): Promise<Answer<{ readonly cancelled: number | null }>>;
  /** `undefined` where the venue has none. */
  readonly deadMan?: (seconds: number | null, listings: readonly Listing[]) => Promise<Answer<void>>;
  /** EX-4: by venue id, by client id, then open orders and history. `sinceMs`: when it was sent at the earliest. */
  look(order: OrderRef, sinceMs: number): Promise<Answer<Looked>>;
  /** Every open order of the feed, resident ones included. */
  openOrders(): Promise<Answer<readonly VenueOrder[]>>;
  /** Whole over the window, oldest first, paged as far as needed. */
  fills(sinceMs: number, listing: Listing | null): Promise<Answer<readonly VenueFill[]>>;
  holdings(): Promise<Answer<readonly Holding[]>>;
  /** Empty for spot. */
  positions(): Promise<Answer<readonly Position[]>>;
  fees(): Promise<Answer<readonly FeeTier[]>>;
  readonly setLeverage?: (listing: Listing, leverage: string) => Promise<Answer<void>>;
  /** AC-1, AC-2: every check it can make; those it leaves out are `not-applicable`. Must not place orders. */
  findings(): Promise<readonly KeyFinding[]>;
  /** Opens the private stream and keeps it open, with backoff, until stopped. */
  stream(sink: PrivateSink): Cancel;
}

/** Everything there is to know about trading on one feed. */
export interface OrderProtocol {
  readonly feed: FeedId;
  readonly keyKind: KeyKind;
  readonly capabilities: Capabilities;
  /** ccxt's class that signs; `null` for the gateway, which brings its own {@link signer}. */
  readonly client: SigningClass | null;
  readonly signer?: (context: SignerContext) => Signer;
  /** REST and socket hosts of an entity; the first is the REST host. `undefined`: this feed has no such entity. */
  readonly hosts: (entity: string) => readonly string[] | undefined;
  readonly verdict: Verdict;
  /** Calls by window: what the venue allows, with a reserve that only cancels and hedges may use. */
  readonly budgets: readonly Budget[];
  /** Milliseconds by which a signed call may differ from the venue's clock (MD-6). */
  readonly signingWindowMs: number;
  readonly create: (context: AdapterContext) => OrderAdapter;
}

export type SigningClass = 'binance' | 'binanceusdm' | 'bybit' | 'coinbase' | 'kraken' | 'krakenfutures' | 'okx';

export interface Budget {
  /** Calls it counts, by endpoint name; every call where left out. */
  readonly endpoints?: readonly string[];
  readonly windowMs: number;
  readonly weight: number;
  /** Kept for cancels and hedges. */
  readonly reserve: number;
  /** What the venue says of its own count, e.g. Binance's `x-mbx-used-weight-1m`. */
  readonly usedHeader?: string;
}
