import type { KeyKind } from '#shared/domain/credentials';
import type { FeedId, Product, Venue } from '#shared/domain/ids';
import type { Side, TriggerBy } from '#shared/domain/order';
import type { Result } from '#shared/kernel/result';
import type { Decimal } from '#shared/money/decimal';
import type { MarketView } from '../world/world.ts';

/** A key that the practice venue has handed out. It opens nothing but this machine's practice venues. */
export interface PracticeKey {
  /** `trading`, `read-only`, `withdrawal`, `expired`, `other-ip`, `other-entity`, the id of a test network, `hedge-mode`, `auto-borrow`: what it shows. */
  readonly name: string;
  readonly kind: KeyKind;
  /** What the client sends to name itself: an API key, or Coinbase's key name. */
  readonly id: string;
  /** HMAC secret (base64 where the venue's is), or the PEM of an EC private key. */
  readonly secret: string;
  readonly passphrase: string | null;
  /** Coinbase: what signatures are checked with. */
  readonly publicKeyPem: string | null;
  readonly permissions: { readonly read: boolean; readonly trade: boolean; readonly withdraw: boolean };
  readonly products: readonly Product[];
  /** The venue sees calls coming from an address that the key does not allow. */
  readonly ipRefused: boolean;
  readonly entity: string;
  readonly expiresAtMs: number | null;
  /** Set by the fault `revoke-key`. */
  readonly revoked: boolean;
  readonly account: ExchangeAccount;
}

export type OrderType = 'limit' | 'market';
export type TimeInForce = 'gtc' | 'ioc' | 'fok' | 'post-only';

/** An order as a wire understood it. */
export interface PlaceRequest {
  readonly market: MarketView;
  /** The alias's quote currency where the order names the alias of a book (ID-3); left out: the market's own. */
  readonly quote?: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  /** Base units; `null` for a market buy by value. */
  readonly quantity: Decimal | null;
  /** Market buys by value, quote units. */
  readonly quoteAmount: Decimal | null;
  /** Quote per base; `null` for market orders. */
  readonly price: Decimal | null;
  readonly clientOrderId: string | null;
  readonly reduceOnly: boolean;
  /** Lies on the venue until `by` reaches `price` from the side that `when` names. */
  readonly trigger: { readonly price: Decimal; readonly by: TriggerBy; readonly when: 'rises-to' | 'falls-to' } | null;
  /** Orders of one group cancel each other when one executes or triggers. */
  readonly ocoGroup: string | null;
  /** Venue wall ms after which it is not created any more; `null` without. */
  readonly createBeforeMs: number | null;
  /** Venue wall ms at which it ends by itself; `null` without. */
  readonly expiresAtMs: number | null;
  /** What happens when it would meet an order of the same account. */
  readonly selfTrade: 'cancel-taker' | 'cancel-maker' | 'cancel-both' | 'allow';
  /** The client's own mark on it, where the venue has such. */
  readonly tag?: string;
}

/** Why it was refused; each wire says it in its venue's words. */
export type ExchangeRefusal =
  | 'unknown-market'
  | 'not-trading'
  | 'post-only-phase'
  | 'price-tick'
  | 'lot-step'
  | 'min-quantity'
  | 'min-notional'
  | 'price-band'
  | 'would-take'
  | 'would-not-fill'
  | 'insufficient-balance'
  | 'insufficient-margin'
  | 'reduce-only'
  | 'duplicate-client-id'
  | 'deadline'
  | 'self-trade'
  | 'would-trigger'
  | 'too-many-orders'
  | 'position-mode'
  | 'leverage';

export type ExchangeOrderState = 'waiting' | 'open' | 'filled' | 'cancelled' | 'expired' | 'rejected';

/** An order as the venue holds it. The object is the venue's own: values change. */
export interface ExchangeOrder {
  /** Grows by one over all orders of the venue; wires write it in their venue's form. */
  readonly number: number;
  readonly request: PlaceRequest;
  /** Base units asked for; of a market buy by value what it came to. */
  readonly quantity: Decimal;
  readonly state: ExchangeOrderState;
  /** Base units. */
  readonly filled: Decimal;
  /** Price × quantity of the fills, quote units. */
  readonly filledValue: Decimal;
  readonly feePaid: Decimal;
  readonly feeCurrency: string;
  /** Why it ended, for the venue's reason field. */
  readonly endedBy:
    | 'client'
    | 'ioc'
    | 'fok'
    | 'post-only'
    | 'expiry'
    | 'dead-man'
    | 'self-trade'
    | 'oco'
    | 'reduce-only'
    | 'venue'
    | null;
  readonly triggered: boolean;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly fills: readonly ExchangeFill[];
}

export interface ExchangeFill {
  readonly order: ExchangeOrder;
  /** Grows by one over all executions of the venue. */
  readonly tradeNumber: number;
  readonly price: Decimal;
  /** Base units. */
  readonly quantity: Decimal;
  /** Positive: paid. */
  readonly fee: Decimal;
  readonly feeCurrency: string;
  readonly maker: boolean;
  readonly atMs: number;
  /** Realised profit in the settle currency; zero for spot. */
  readonly realised: Decimal;
  /** The venue did it. */
  readonly cause: 'order' | 'liquidation' | 'auto-deleveraging';
}

export interface ExchangePosition {
  readonly market: MarketView;
  /** Base units, negative when short. */
  readonly quantity: Decimal;
  readonly entryPrice: Decimal;
  readonly leverage: Decimal;
  readonly marginMode: 'cross' | 'isolated';
  /** Initial margin, settle currency. */
  readonly margin: Decimal;
  /** Below this it is liquidated, settle currency. */
  readonly maintenance: Decimal;
  readonly unrealised: Decimal;
  readonly liquidationPrice: Decimal | null;
}

export interface WalletHolding {
  readonly currency: string;
  readonly total: Decimal;
  readonly locked: Decimal;
}

/** AC-2: what a client must read before it trusts the account. Wires write them in their venue's words. */
export interface AccountModes {
  positionMode: 'one-way' | 'hedge';
  marginMode: 'cross' | 'isolated';
  autoBorrow: boolean;
  /** OKX: 1 spot, 2 futures, 3 multi-currency, 4 portfolio margin. Bybit: unified or classic. */
  accountLevel: 'spot' | 'futures' | 'multi-currency' | 'portfolio';
  defaultLeverage: number;
}

/** What an account's listeners hear, in the order in which it happens. */
export interface AccountListener {
  orderChanged(order: ExchangeOrder): void;
  filled(fill: ExchangeFill): void;
  holdingChanged(wallet: string, holding: WalletHolding): void;
  positionChanged(position: ExchangePosition): void;
  /** Perpetuals: paid (negative) or received, settle currency. */
  fundingPaid(market: MarketView, amount: Decimal, rate: number, atMs: number): void;
}

export interface FundingPayment {
  readonly market: MarketView;
  readonly amount: Decimal;
  readonly rate: number;
  readonly positionQuantity: Decimal;
  readonly atMs: number;
}

/** One account at one practice venue, over both its products. */
export interface ExchangeAccount {
  /** A whole number as text, as a venue's user id. */
  readonly id: string;
  readonly venue: Venue;
  readonly modes: AccountModes;
  /** Fee rates of a market, fractions. */
  fees(market: MarketView): { readonly maker: Decimal; readonly taker: Decimal };
  /** Wallet of a market's money: one for all where the venue's accounts are unified, else `spot` or `perp`. */
  walletOf(market: MarketView): string;
  readonly wallets: readonly string[];
  holdings(wallet: string): readonly WalletHolding[];
  /** How much of {@link WalletHolding.locked} is initial margin of open perpetual orders. */
  orderMargin(wallet: string, currency: string): Decimal;
  deposit(wallet: string, currency: string, amount: Decimal): void;
  positions(): readonly ExchangePosition[];
  /** What positions of a market have, or would have. */
  leverage(market: MarketView): Decimal;
  setLeverage(market: MarketView, leverage: Decimal): Result<void, ExchangeRefusal>;
  place(request: PlaceRequest): Result<ExchangeOrder, ExchangeRefusal>;
  /** False when it was final already. */
  cancel(order: ExchangeOrder): boolean;
  /** Those cancelled. `residents` false leaves orders that wait for a trigger. */
  cancelAll(of: (order: ExchangeOrder) => boolean): readonly ExchangeOrder[];
  orderByNumber(number: number): ExchangeOrder | undefined;
  orderByClientId(clientOrderId: string): ExchangeOrder | undefined;
  /** Every order of the account, oldest first. */
  orders(feed: FeedId): readonly ExchangeOrder[];
  fills(feed: FeedId): readonly ExchangeFill[];
  funding(feed: FeedId): readonly FundingPayment[];
  /** EX-14: when the timer runs out, every order `of` names is cancelled; `null` disarms. One timer a name. */
  deadMan(name: string, afterMs: number | null, of: (order: ExchangeOrder) => boolean): void;
  listen(listener: AccountListener): () => void;
}

/** The private side of one venue. */
export interface PracticeExchange {
  readonly venue: Venue;
  /** Handed out at the start, the same for the same seed. */
  readonly keys: readonly PracticeKey[];
  keyById(kind: KeyKind, id: string): PracticeKey | undefined;
  /** What happens to the answer of the call that is being answered: the faults of orders (PP-3). */
  answerTo(feed: FeedId, what: 'create' | 'cancel' | 'read'): AnswerFate;
  /** A status nobody knows stands for the order's own this once (EX-6). */
  takesUnknownStatus(feed: FeedId): boolean;
  /** Every signed call of the feed is answered with the venue's words for maintenance. */
  inMaintenance(feed: FeedId): boolean;
}

/** `lost`: it was done, but no answer leaves. `bad-gateway`: it was done, and the front door answers 502. */
export type AnswerFate = 'as-it-is' | 'lost' | 'bad-gateway';
