import type { VenueAction } from '#engine/ports';
import type { Cancel } from '#shared/kernel/time';
import { decimal, wire } from '#shared/money/decimal';
import type { AdapterContext, PrivateSink } from '../../orders/adapter.ts';
import { read } from './history.ts';
import type { GatewayLine } from './line.ts';
import { changesSchema, logSchema, orderSchema, type TradeRow, tradeSchema } from './messages.ts';
import { endedByOther, venueFill, venueOrder } from './rows.ts';
import type { GatewaySession } from './session.ts';

/** Positions that changed without a trade are asked about, not more often than this. */
const LOG_EVERY_MS = 5_000;
const LOG_EARLIER_MS = 60_000;
const LOG_ROWS = 250;

const KINDS: readonly (readonly [RegExp, VenueAction['kind']])[] = [
  [/^ADL transfer/i, 'auto-deleveraging'],
  [/^(LSP|liquidation) transfer/i, 'liquidation'],
  [/^delivery/i, 'settlement'],
];

/** The user's own channels: each execution, each order's word; what the venue did to a position (EX-15). */
export class GatewayStream {
  readonly #context: AdapterContext;
  readonly #session: GatewaySession;
  readonly #line: GatewayLine;
  readonly #told = new Set<string>();
  #sinceMs = 0;
  #waiting: Cancel | null = null;

  constructor(context: AdapterContext, session: GatewaySession, line: GatewayLine) {
    this.#context = context;
    this.#session = session;
    this.#line = line;
  }

  open(sink: PrivateSink): Cancel {
    this.#sinceMs = this.#context.clock.wallMs();
    const close = this.#line.open(sink, {
      notified: (channel, data, text) => this.#notified(sink, channel, data, text),
      live: () => this.#askLog(sink),
    });
    return () => {
      close();
      this.#waiting?.();
      this.#waiting = null;
    };
  }

  #notified(sink: PrivateSink, channel: string, data: unknown, text: string): void {
    const rows = Array.isArray(data) ? data : [data];
    if (channel.startsWith('user.orders.')) for (const row of rows) this.#order(sink, row);
    else if (channel.startsWith('user.trades.')) for (const row of rows) this.#trade(sink, row);
    else if (channel.startsWith('user.portfolio.')) sink.holdingsChanged();
    else if (channel.startsWith('user.changes.')) {
      const changes = changesSchema.safeParse(data);
      if (!changes.success) sink.unreadable(text.slice(0, 200));
      else if ((changes.data.positions?.length ?? 0) > 0) this.#askLogLater(sink);
    }
  }

  #order(sink: PrivateSink, row: unknown): void {
    const read = orderSchema.safeParse(row);
    if (!read.success) sink.unreadable(JSON.stringify(row).slice(0, 200));
    // The other one of the pair tells what became of both.
    else if (!endedByOther(read.data)) sink.order(venueOrder(read.data, this.#context.bySymbol));
  }

  #trade(sink: PrivateSink, row: unknown): void {
    const read = tradeSchema.safeParse(row);
    if (!read.success) {
      sink.unreadable(JSON.stringify(row).slice(0, 200));
      return;
    }
    sink.fill(venueFill(read.data, this.#context.bySymbol));
    if (wasLiquidated(read.data)) sink.action(this.#liquidation(read.data));
  }

  #liquidation({ instrument_name, amount, direction, timestamp }: TradeRow): VenueAction {
    const quantity = wire(decimal(amount));
    return {
      kind: 'liquidation',
      listing: this.#context.bySymbol(instrument_name)?.id ?? null,
      symbol: instrument_name,
      quantity,
      text: `liquidated: ${direction} ${quantity} ${instrument_name}`,
      atMs: timestamp,
    };
  }

  #askLogLater(sink: PrivateSink): void {
    this.#waiting ??= this.#context.clock.after(LOG_EVERY_MS, () => {
      this.#waiting = null;
      void this.#askLog(sink);
    });
  }

  /** Liquidation and auto-deleveraging can move a position without a trade: the log of the account has them. */
  async #askLog(sink: PrivateSink): Promise<void> {
    const { clock, bySymbol } = this.#context;
    const askedMs = clock.wallMs();
    const window = {
      start_timestamp: Math.floor(this.#sinceMs - LOG_EARLIER_MS),
      end_timestamp: Math.ceil(askedMs + LOG_EARLIER_MS),
    };
    const call = read('transaction-log', 'private/get_transaction_log', {
      currency: 'USDC',
      ...window,
      count: LOG_ROWS,
    });
    const answer = await this.#session.call(call, logSchema);
    if (!answer.ok) {
      this.#askLogLater(sink);
      return;
    }
    this.#sinceMs = askedMs;
    for (const { id, type, instrument_name, amount, timestamp } of [...answer.value.logs].reverse()) {
      const kind = KINDS.find(([pattern]) => pattern.test(type))?.[1];
      if (kind === undefined || instrument_name == null || this.#told.has(id)) continue;
      this.#told.add(id);
      const quantity = wire(decimal(amount ?? '0').abs());
      const text = `${type}: ${quantity} ${instrument_name}`;
      const listing = bySymbol(instrument_name)?.id ?? null;
      sink.action({ kind, listing, symbol: instrument_name, quantity, text, atMs: timestamp });
    }
  }
}

/** `MT`: both sides were. */
const wasLiquidated = ({ liquidation, liquidity }: TradeRow): boolean => liquidation?.includes(liquidity) === true;
