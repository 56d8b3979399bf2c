import type { FeeTier, Holding, Position } from '#shared/domain/account';
import { instrumentOfListing } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { OrderIntent } from '#shared/domain/order';
import { err, ok } from '#shared/kernel/result';
import type { Cancel } from '#shared/kernel/time';
import { decimal, max, wire, ZERO } from '#shared/money/decimal';
import type {
  AdapterContext,
  Answer,
  Looked,
  OrderAdapter,
  OrderRef,
  PrivateSink,
  SignedCall,
  VenueFill,
  VenueOrder,
} from '../../../orders/adapter.ts';
import { urgencyOf } from '../../../orders/adapter.ts';
import { ask, unreadable } from '../../../orders/ask.ts';
import { refused } from '../../../orders/failures.ts';
import { currencyOf } from '../../names.ts';
import { cancelling, read } from './calls.ts';
import { futuresFindings } from './findings.ts';
import { KrakenFuturesHistory } from './history.ts';
import {
  accountsSchema,
  allCancelledSchema,
  cancelledSchema,
  doneSchema,
  positionsSchema,
  preferencesSchema,
  sentSchema,
  timerSchema,
} from './messages.ts';
import { sendOrderParams } from './requests.ts';
import { type FuturesStream, privateStream } from './stream.ts';
import { baseUnits } from './units.ts';

const ORDER_MS = 5_000;
/** An order that does not rest has ended by then. */
const ENDED_AFTER_MS = 250;
/** Deadlines go by the venue's clock. */
export const MOST_SKEW_MS = 10_000;

/** Kraken Futures over its REST and private feeds. Nothing here decides. */
export class KrakenFuturesAdapter implements OrderAdapter {
  readonly #context: AdapterContext;
  readonly #history: KrakenFuturesHistory;
  #sink: PrivateSink | null = null;
  #stream: FuturesStream | null = null;

  constructor(context: AdapterContext) {
    this.#context = context;
    this.#history = new KrakenFuturesHistory(context);
  }

  async create(order: OrderIntent, listing: Listing): Promise<Answer<{ readonly venueOrderId: string }>> {
    const params = sendOrderParams(order, listing, this.#context.skewMs());
    if (!params.ok) return err(refused('UNSUPPORTED_ORDER', params.error));
    const call: SignedCall = {
      endpoint: 'order-create',
      method: 'privatePostSendorder',
      params: params.value,
      createBeforeMs: order.createBeforeMs,
      urgency: urgencyOf(order.purpose),
      weight: 10,
      timeoutMs: ORDER_MS,
      kind: 'create',
    };
    const answer = await ask(this.#context.caller, call, sentSchema);
    if (!answer.ok) return answer;
    const venueOrderId = answer.value.sendStatus.order_id;
    if (order.kind === 'ioc' || order.kind === 'fok') this.#tellEnd(venueOrderId);
    return ok({ venueOrderId });
  }

  async cancel({ venueOrderId, clientOrderId }: OrderRef): Promise<Answer<'cancelled' | 'gone'>> {
    const named = venueOrderId === null ? { cliOrdId: clientOrderId } : { order_id: venueOrderId };
    const call = cancelling('order-cancel', 'privatePostCancelorder', named, 10);
    const answer = await ask(this.#context.caller, call, cancelledSchema);
    if (!answer.ok) return answer;
    const { status } = answer.value.cancelStatus;
    if (status === 'cancelled') return ok('cancelled');
    return status === 'filled' || status === 'notFound' ? ok('gone') : err(unreadable(`the cancel is ${status}`));
  }

  async cancelAll(listing: Listing | null): Promise<Answer<{ readonly cancelled: number | null }>> {
    const only = listing === null ? {} : { symbol: listing.symbol };
    const call = cancelling('cancel-all', 'privatePostCancelallorders', only, 25);
    const answer = await ask(this.#context.caller, call, allCancelledSchema);
    if (!answer.ok) return answer;
    const { status, cancelledOrders } = answer.value.cancelStatus;
    if (status === 'cancelled' || status === 'noOrdersToCancel') return ok({ cancelled: cancelledOrders.length });
    return err(unreadable(`the cancel is ${status}`));
  }

  /** Takes every order of the account, triggers included. https://docs.kraken.com/api-reference/order-management/dead-man-s-switch */
  async deadMan(seconds: number | null): Promise<Answer<void>> {
    const timeout = String(Math.floor(seconds ?? 0));
    const call = cancelling('dead-man', 'privatePostCancelallordersafter', { timeout }, 25);
    const answer = await ask(this.#context.caller, call, timerSchema);
    if (!answer.ok) return answer;
    const isArmed = answer.value.status.triggerTime !== '0';
    if (isArmed === (seconds !== null)) return ok(undefined);
    return err(unreadable(isArmed ? 'the switch is still armed' : 'the switch is not armed'));
  }

  look(order: OrderRef, sinceMs: number): Promise<Answer<Looked>> {
    return this.#history.look(order, sinceMs);
  }

  openOrders(): Promise<Answer<readonly VenueOrder[]>> {
    return this.#history.open();
  }

  fills(sinceMs: number, listing: Listing | null): Promise<Answer<readonly VenueFill[]>> {
    return this.#history.fills(sinceMs, listing);
  }

  /** The collateral of the multi-collateral wallet, and what lies beside it. */
  async holdings(): Promise<Answer<readonly Holding[]>> {
    const answer = await ask(this.#context.caller, read('accounts', 'privateGetAccounts', {}, 2), accountsSchema);
    if (!answer.ok) return answer;
    const { cash, flex } = answer.value.accounts;
    const collateral = Object.entries(flex.currencies).map(([name, { quantity, available }]) => ({
      wallet: 'flex',
      currency: currencyOf(name.toUpperCase()),
      free: available,
      locked: wire(max(ZERO, decimal(quantity).minus(decimal(available)))),
    }));
    const beside = Object.entries(cash.balances)
      .filter(([, balance]) => !decimal(balance).eq(ZERO))
      .map(([name, free]) => ({ wallet: 'cash', currency: currencyOf(name.toUpperCase()), free, locked: '0' }));
    return ok([...collateral, ...beside]);
  }

  /** Marks and liquidation prices come over the stream alone, and are told while they are of the same position. */
  async positions(): Promise<Answer<readonly Position[]>> {
    const call = read('positions', 'privateGetOpenpositions', {}, 2);
    const answer = await ask(this.#context.caller, call, positionsSchema);
    if (!answer.ok) return answer;
    return ok(
      answer.value.openPositions.map(({ side, symbol, price, size, maxFixedLeverage }) => {
        const listing = this.#context.bySymbol(symbol.toUpperCase());
        const streamed = this.#stream?.positions.get(symbol.toUpperCase());
        const isSame = streamed !== undefined && decimal(streamed.balance).abs().eq(decimal(size));
        return {
          feed: 'kraken:perp' as const,
          instrument: listing === undefined ? symbol : instrumentOfListing(listing.id),
          side,
          quantity: baseUnits(size, listing),
          entryPrice: price,
          markPrice: isSame ? streamed.mark_price : null,
          liquidationPrice:
            isSame && decimal(streamed.liquidation_threshold).gt(ZERO) ? streamed.liquidation_threshold : null,
          unrealised: isSame ? streamed.pnl : null,
          leverage: maxFixedLeverage ?? (isSame ? streamed.effective_leverage : null),
          marginMode: maxFixedLeverage == null ? ('cross' as const) : ('isolated' as const),
        };
      }),
    );
  }

  /**
   * None: since June 2026 the fee schedules of Kraken Futures are not what is charged, and what is charged is told to spot
   * keys alone. https://docs.kraken.com/exchange/changelog
   */
  fees(): Promise<Answer<readonly FeeTier[]>> {
    return Promise.resolve(ok([]));
  }

  /** A fixed leverage isolates the margin of the instrument. Read back from the preferences. */
  async setLeverage(listing: Listing, leverage: string): Promise<Answer<void>> {
    const { symbol } = listing;
    const call: SignedCall = {
      ...read('leverage-set', 'privatePutLeveragepreferences', { symbol, maxLeverage: leverage }, 10),
      urgency: 'entry',
    };
    const set = await ask(this.#context.caller, call, doneSchema);
    if (!set.ok) return set;
    const asked = read('leverage', 'privateGetLeveragepreferences', {}, 2);
    const answer = await ask(this.#context.caller, asked, preferencesSchema);
    if (!answer.ok) return answer;
    const now = answer.value.leveragePreferences.find((row) => row.symbol.toUpperCase() === symbol);
    if (now !== undefined && decimal(now.maxLeverage).eq(decimal(leverage))) return ok(undefined);
    return err(unreadable(`the leverage of ${symbol} is ${now?.maxLeverage ?? 'not fixed'}`));
  }

  findings(): ReturnType<OrderAdapter['findings']> {
    return futuresFindings(this.#context, MOST_SKEW_MS);
  }

  stream(sink: PrivateSink): Cancel {
    const told: PrivateSink = {
      ...sink,
      fill: (fill) => {
        this.#history.learn(fill);
        sink.fill(fill);
      },
    };
    const stream = privateStream(this.#context, told);
    this.#sink = sink;
    this.#stream = stream;
    return () => {
      if (this.#stream === stream) {
        this.#sink = null;
        this.#stream = null;
      }
      stream.stop();
    };
  }

  /** The feeds need not tell of an order that never rested: its end is asked for once. */
  #tellEnd(orderIds: string): void {
    this.#context.clock.after(ENDED_AFTER_MS, () => {
      if (this.#sink === null) return;
      void this.#history.status({ orderIds }).then((answer) => {
        if (answer.ok && answer.value !== null) this.#sink?.order(answer.value);
      });
    });
  }
}
