import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BrokerEvent, Journaled } from '#engine/ports';
import { PaperBroker } from '#main/paper/paper-broker';
import type { Level } from '#main/practice/world/book';
import { SqlitePaperStore } from '#main/storage/sqlite-paper-store';
import { listingId, type Venue } from '#shared/domain/ids';
import type { Fill, OrderIntent } from '#shared/domain/order';
import { SeededRandom } from '#shared/kernel/random';
import { decimal, wire } from '#shared/money/decimal';
import { bitcoinAt } from '../../support/deal-rig.ts';
import type { TextLevels } from '../../support/fake-market.ts';
import { ScriptedMarket } from '../../support/scripted-market.ts';
import { ScriptedVenue } from './scripted-venue.ts';

const SEED = 20_261_122;
const drain = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

type Step =
  | { readonly kind: 'book'; readonly mid: number; readonly bids: readonly number[]; readonly asks: readonly number[] }
  | { readonly kind: 'trade'; readonly off: number; readonly size: number; readonly taker: 'buy' | 'sell' }
  | {
      readonly kind: 'order';
      readonly side: 'buy' | 'sell';
      readonly how: 'ioc' | 'post-only';
      readonly off: number;
      readonly lots: number;
    }
  | { readonly kind: 'cancel'; readonly which: number };

const size = fc.integer({ min: 0, max: 60_000 });
const side = fc.constantFrom('buy' as const, 'sell' as const);
const book = fc.record({
  kind: fc.constant('book' as const),
  mid: fc.integer({ min: 499_996, max: 500_004 }),
  bids: fc.array(size, { minLength: 3, maxLength: 6 }),
  asks: fc.array(size, { minLength: 3, maxLength: 6 }),
});
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { arbitrary: book, weight: 3 },
    {
      arbitrary: fc.record({
        kind: fc.constant('trade' as const),
        off: fc.integer({ min: -4, max: 4 }),
        size: fc.integer({ min: 1, max: 50_000 }),
        taker: side,
      }),
      weight: 3,
    },
    {
      arbitrary: fc.record({
        kind: fc.constant('order' as const),
        side,
        how: fc.constantFrom('ioc' as const, 'post-only' as const),
        off: fc.integer({ min: -4, max: 4 }),
        lots: fc.integer({ min: 1, max: 90_000 }),
      }),
      weight: 4,
    },
    { arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(20) }), weight: 1 },
  ),
  { minLength: 5, maxLength: 60 },
);

/** Both venues, the simulated one and the practice one, over the same market. */
class Twins {
  readonly practice: ScriptedVenue;
  readonly market = new ScriptedMarket();
  readonly paper: PaperBroker;
  readonly paperFills: Fill[] = [];
  readonly names: string[] = [];
  readonly venue: Venue;
  mid = 500_000;

  constructor(venue: Venue) {
    this.venue = venue;
    this.practice = new ScriptedVenue(venue);
    const { maker, taker } = this.practice.account.fees(this.practice.market);
    const received = venue === 'binance' || venue === 'okx' || venue === 'bybit';
    this.market.list(
      bitcoinAt(venue, {
        priceTick: '0.1',
        lotStep: '0.00001',
        minQuantity: '0.00001',
        minNotional: '5',
        makerFeeBps: wire(maker.times('10000')),
        takerFeeBps: wire(taker.times('10000')),
        feeCurrency: received ? 'received' : 'quote',
      }),
    );
    const store = new SqlitePaperStore({ path: ':memory:' });
    const totals = this.practice.account.holdings(this.practice.account.walletOf(this.practice.market));
    const balances = totals.map(({ currency, total }) => ({ account: 'a', venue, currency, total: wire(total) }));
    store.commit({ balances });
    this.paper = new PaperBroker({
      venue,
      account: 'a',
      market: this.market,
      store,
      clock: this.practice.clock,
      random: new SeededRandom(1),
      roundTripMs: () => 2,
      failed: (error) => {
        throw error;
      },
    });
    this.paper.onEvent((event: BrokerEvent) => {
      if (event.kind === 'fill') this.paperFills.push(event.fill);
    });
    this.show({ kind: 'book', mid: this.mid, bids: [30_000, 20_000, 50_000], asks: [10_000, 40_000, 60_000] });
  }

  get listing() {
    return listingId(`${this.venue}:spot`, 'BTC-USD');
  }

  show(step: Extract<Step, { kind: 'book' }>): void {
    this.mid = step.mid;
    const levels = (sizes: readonly number[], way: number): Level[] =>
      sizes.map((lots, index) => ({ price: step.mid + way * (index + 1), size: lots })).filter((one) => one.size > 0);
    const [bids, asks] = [levels(step.bids, -1), levels(step.asks, 1)];
    const text = (side: readonly Level[]): TextLevels =>
      side.map((one) => [(one.price / 10).toFixed(1), (one.size / 100_000).toFixed(5)]);
    if (bids.length === 0 || asks.length === 0) return;
    this.practice.show(bids, asks);
    this.market.show(this.listing, text(bids), text(asks));
  }

  async play(step: Step): Promise<void> {
    switch (step.kind) {
      case 'book':
        this.show(step);
        break;
      case 'trade': {
        const price = this.mid + step.off;
        this.practice.trade(price, step.size, step.taker);
        this.market.trade(this.listing, price / 10, step.size / 100_000, step.taker);
        break;
      }
      case 'order':
        await this.#order(step);
        break;
      case 'cancel':
        await this.#cancel(step.which);
    }
    await this.#pass();
  }

  async #order({ side, how, off, lots }: Extract<Step, { kind: 'order' }>): Promise<void> {
    const clientOrderId = `o${this.names.length}`;
    this.names.push(clientOrderId);
    const [price, quantity] = [((this.mid + off) / 10).toFixed(1), (lots / 100_000).toFixed(5)];
    const intent: OrderIntent = {
      clientOrderId,
      dealId: 'd',
      leg: 0,
      account: 'a',
      venue: this.venue,
      listing: this.listing,
      side,
      kind: how,
      purpose: 'entry',
      quantity,
      price,
      createBeforeMs: this.practice.clock.wallMs() + 60_000,
      expiresAtMs: null,
    };
    const answer = this.paper.submit(intent as Journaled);
    await this.#pass();
    const outcome = await answer;
    const more = { clientOrderId, selfTrade: 'cancel-taker' } as const;
    const placed = this.practice.account.place(
      this.practice.request({ side, quantity, price, timeInForce: how, more }),
    );
    // Some venues accept a post-only order that would take and cancel it at once.
    const accepted = placed.ok && placed.value.endedBy !== 'post-only';
    expect(`${clientOrderId} ${accepted}`).toBe(`${clientOrderId} ${outcome.kind === 'accepted'}`);
  }

  async #cancel(which: number): Promise<void> {
    const name = this.names[which];
    const order = name === undefined ? undefined : this.practice.account.orderByClientId(name);
    if (name === undefined) return;
    const answer = this.paper.cancel(name);
    await this.#pass();
    const cancelled = order !== undefined && this.practice.account.cancel(order);
    expect(await answer).toBe(cancelled ? 'cancelled' : 'gone');
  }

  #pass(): Promise<void> {
    return this.practice.clock.runUntil(this.practice.clock.wallMs() + 100, drain);
  }

  practiceFills(): object[] {
    return this.practice.account
      .fills(`${this.venue}:spot`)
      .map(({ order, price, quantity, fee, feeCurrency, maker }) => ({
        clientOrderId: order.request.clientOrderId,
        price: wire(price),
        quantity: wire(quantity),
        fee: wire(fee.round(FEE_DIGITS)),
        feeCurrency,
        liquidity: maker ? 'maker' : 'taker',
      }));
  }
}

/** As many as Binance tells; the others tell every digit. */
const FEE_DIGITS = 8;

/** The practice venues keep two orders of one account apart; the simulated ones know no such rule. */
const crossesOwn = (twins: Twins, step: Step): boolean => {
  if (step.kind !== 'order') return false;
  const price = decimal(((twins.mid + step.off) / 10).toFixed(1));
  return twins.practice.account.orders(`${twins.venue}:spot`).some(({ state, request }) => {
    if (state !== 'open' || request.side === step.side || request.price === null) return false;
    return step.side === 'buy' ? price.gte(request.price) : price.lte(request.price);
  });
};

test.each(['binance', 'kraken', 'coinbase', 'okx'] as const)(
  `[PP-1] [PP-2] %s: the same book, trades and orders give the same fills as the simulated broker (seed ${SEED})`,
  async (venue) => {
    let fills = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        const twins = new Twins(venue);
        for (const step of script) if (!crossesOwn(twins, step)) await twins.play(step);
        const paper = twins.paperFills.map(({ clientOrderId, price, quantity, fee, feeCurrency, liquidity }) => ({
          clientOrderId,
          price,
          quantity,
          // The simulated broker takes every digit, the venue as many as it tells.
          fee: wire(decimal(fee).round(FEE_DIGITS)),
          feeCurrency,
          liquidity,
        }));
        fills += paper.length;
        expect(twins.practiceFills()).toEqual(paper);
      }),
      { seed: SEED, numRuns: 150 },
    );
    expect(fills).toBeGreaterThan(150);
  },
  60_000,
);
