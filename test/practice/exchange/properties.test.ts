import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ExchangeAccount, ExchangeFill, ExchangeOrder, PlaceRequest } from '#main/practice/exchange/types';
import type { Level } from '#main/practice/world/book';
import { type Decimal, decimal, max, wire, ZERO } from '#shared/money/decimal';
import { listener } from './desk.ts';
import { ScriptedVenue } from './scripted-venue.ts';

const SEED = 4_711;
const LOTS = 100_000;

interface Step {
  readonly mid: number;
  readonly bids: readonly number[];
  readonly asks: readonly number[];
  readonly trade: { readonly off: number; readonly size: number; readonly taker: 'buy' | 'sell' };
  readonly order: {
    readonly side: 'buy' | 'sell';
    readonly tif: PlaceRequest['timeInForce'] | 'market';
    readonly off: number;
    readonly lots: number;
    readonly reduceOnly: boolean;
    readonly stop: number | null;
    readonly group: boolean;
    readonly selfTrade: PlaceRequest['selfTrade'];
    readonly lifeMs: number | null;
  };
  readonly cancel: number;
  readonly funding: boolean;
}

const size = fc.integer({ min: 1, max: 60_000 });
const side = fc.constantFrom('buy' as const, 'sell' as const);
const step: fc.Arbitrary<Step> = fc.record({
  mid: fc.integer({ min: 499_980, max: 500_020 }),
  bids: fc.array(size, { minLength: 2, maxLength: 5 }),
  asks: fc.array(size, { minLength: 2, maxLength: 5 }),
  trade: fc.record({ off: fc.integer({ min: -8, max: 8 }), size, taker: side }),
  order: fc.record({
    side,
    tif: fc.constantFrom('gtc', 'ioc', 'fok', 'post-only', 'market'),
    off: fc.integer({ min: -6, max: 6 }),
    lots: fc.integer({ min: 1, max: 400_000 }),
    reduceOnly: fc.boolean(),
    stop: fc.option(fc.integer({ min: -8, max: 8 }), { freq: 3 }),
    group: fc.boolean(),
    selfTrade: fc.constantFrom('cancel-taker', 'cancel-maker', 'cancel-both', 'allow'),
    lifeMs: fc.option(fc.integer({ min: 1, max: 5_000 }), { freq: 3 }),
  }),
  cancel: fc.nat(30),
  funding: fc.boolean(),
});
const script = fc.array(step, { minLength: 5, maxLength: 40 });

/** Plays one script to a venue; `check` is called after every step. */
class Play {
  readonly venue: ScriptedVenue;
  readonly account: ExchangeAccount;
  readonly heard: string[] = [];
  readonly started: ReadonlyMap<string, Decimal>;
  readonly placed: ExchangeOrder[] = [];
  /** What was displayed to a taker, by the order it placed. */
  readonly shown = new Map<ExchangeOrder, Decimal>();

  constructor(of: 'binance' | 'kraken', product: 'spot' | 'perp') {
    this.venue = new ScriptedVenue(of, product);
    this.account = this.venue.account;
    this.account.listen(listener(this.heard));
    const wallet = this.account.walletOf(this.venue.market);
    this.started = new Map(this.account.holdings(wallet).map(({ currency, total }) => [currency, total]));
  }

  run(steps: readonly Step[], check: () => void): void {
    for (const one of steps) {
      this.#market(one);
      check();
      this.#order(one);
      check();
      this.#rest(one);
      check();
    }
  }

  #market({ mid, bids, asks, trade }: Step): void {
    const levels = (sizes: readonly number[], way: number): Level[] =>
      sizes.map((lots, index) => ({ price: mid + way * (index + 1), size: lots }));
    this.venue.show(levels(bids, -1), levels(asks, 1));
    this.venue.trade(mid + trade.off, trade.size, trade.taker);
    if (this.venue.perp !== null) this.venue.mark(mid / 10);
  }

  #order({ mid, order }: Step): void {
    const price = (ticks: number): string => (ticks / 10).toFixed(1);
    const market = order.tif === 'market';
    const at = price(mid + order.off);
    const limit = market ? {} : { price: at };
    const shown = this.venue.book
      .levels(order.side === 'buy' ? 1 : 0)
      .filter(
        (level) => market || (order.side === 'buy' ? level.price <= mid + order.off : level.price >= mid + order.off),
      )
      .reduce((sum, level) => sum + level.size, 0);
    const trigger =
      order.stop === null
        ? {}
        : {
            trigger: {
              price: price(mid + order.stop),
              by: 'last' as const,
              when: order.stop > 0 ? ('rises-to' as const) : ('falls-to' as const),
            },
          };
    const request = this.venue.request({
      side: order.side,
      quantity: (order.lots / LOTS).toFixed(5),
      type: market ? 'market' : 'limit',
      timeInForce: order.tif === 'market' ? 'ioc' : order.tif,
      ...limit,
      ...trigger,
      more: {
        reduceOnly: order.reduceOnly && this.venue.perp !== null,
        ocoGroup: order.group ? 'g' : null,
        selfTrade: order.selfTrade,
        expiresAtMs: order.lifeMs === null ? null : this.venue.clock.wallMs() + order.lifeMs,
      },
    });
    const placed = this.account.place(request);
    if (!placed.ok) return;
    this.placed.push(placed.value);
    if (order.stop === null) this.shown.set(placed.value, decimal((shown / LOTS).toFixed(5)));
  }

  #rest({ cancel, funding }: Step): void {
    const chosen = this.placed[cancel];
    if (chosen !== undefined) this.account.cancel(chosen);
    if (funding && this.venue.perp !== null) this.venue.settle(0.0001);
    this.venue.clock.advanceBy(700);
  }

  fills(): readonly ExchangeFill[] {
    return this.account.fills(this.venue.market.spec.feed);
  }

  holding(currency: string) {
    const wallet = this.account.walletOf(this.venue.market);
    const found = this.account.holdings(wallet).find((one) => one.currency === currency);
    return { total: found?.total ?? ZERO, locked: found?.locked ?? ZERO };
  }
}

const sum = (values: Iterable<Decimal>): Decimal => [...values].reduce((all, value) => all.plus(value), ZERO);
const PLAYS = [
  ['binance', 'spot'],
  ['kraken', 'spot'],
  ['binance', 'perp'],
  ['kraken', 'perp'],
] as const;

test.each(PLAYS)(`[ID-4] %s %s: money is conserved and nothing is negative (seed ${SEED})`, (of, product) => {
  let fills = 0;
  fc.assert(
    fc.property(script, (steps) => {
      const play = new Play(of, product);
      play.run(steps, () => {
        const [btc, usd] = [play.holding('BTC'), play.holding('USD')];
        for (const value of [btc.total, btc.locked, usd.total, usd.locked]) expect(value.gte(ZERO)).toBe(true);
        const booked = play.fills();
        const feesIn = (currency: string): Decimal =>
          sum(booked.filter((fill) => fill.feeCurrency === currency).map(({ fee }) => fee));
        const signed = (fill: ExchangeFill): Decimal =>
          fill.order.request.side === 'buy' ? fill.quantity : ZERO.minus(fill.quantity);
        if (product === 'spot') {
          expect(btc.locked.lte(btc.total) && usd.locked.lte(usd.total)).toBe(true);
          const coins = sum(booked.map(signed)).minus(feesIn('BTC'));
          const money = ZERO.minus(sum(booked.map((fill) => signed(fill).times(fill.price)))).minus(feesIn('USD'));
          expect(wire(btc.total)).toBe(wire((play.started.get('BTC') ?? ZERO).plus(coins)));
          expect(wire(usd.total)).toBe(wire((play.started.get('USD') ?? ZERO).plus(money)));
          return;
        }
        const realised = sum(booked.map((fill) => fill.realised));
        const funding = sum(play.account.funding(play.venue.market.spec.feed).map(({ amount }) => amount));
        const expected = (play.started.get('USD') ?? ZERO).plus(realised).plus(funding).minus(feesIn('USD'));
        expect(wire(usd.total)).toBe(wire(expected));
        const held = play.account.positions()[0]?.quantity ?? ZERO;
        expect(wire(held)).toBe(wire(sum(booked.map(signed))));
        // Realised and unrealised together are what the trades were worth, to the last digit.
        const cash = ZERO.minus(sum(booked.map((fill) => signed(fill).times(fill.price))));
        const mark = decimal(String(play.venue.perp?.markPrice ?? 0));
        const profit = realised.plus(play.account.positions()[0]?.unrealised ?? ZERO);
        expect(wire(profit.minus(cash.plus(held.times(mark))).round(9))).toBe('0');
      });
      fills += play.fills().length;
    }),
    { seed: SEED, numRuns: 60 },
  );
  expect(fills).toBeGreaterThan(150);
});

test.each(PLAYS)(
  `[EX-5] %s %s: fills are monotone, within the limit, and within what was displayed (seed ${SEED})`,
  (of, product) => {
    fc.assert(
      fc.property(script, (steps) => {
        const play = new Play(of, product);
        const before = new Map<ExchangeOrder, Decimal>();
        play.run(steps, () => {
          for (const order of play.account.orders(play.venue.market.spec.feed)) {
            const { filled, quantity, fills, request } = order;
            expect(filled.gte(before.get(order) ?? ZERO) && filled.lte(quantity)).toBe(true);
            before.set(order, filled);
            expect(wire(sum(fills.map((fill) => fill.quantity)))).toBe(wire(filled));
            for (const { price } of fills) {
              if (request.price === null) continue;
              expect(request.side === 'buy' ? price.lte(request.price) : price.gte(request.price)).toBe(true);
            }
            const shown = play.shown.get(order);
            // Trades with its own account are beside the book.
            if (shown === undefined || request.selfTrade === 'allow') continue;
            const taken = sum(fills.filter(({ maker }) => !maker).map((fill) => fill.quantity));
            expect(taken.lte(shown)).toBe(true);
          }
          const numbers = play.fills().map(({ tradeNumber }) => tradeNumber);
          expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
        });
      }),
      { seed: SEED, numRuns: 60 },
    );
  },
);

test.each([
  ['binance', 'spot'],
  ['kraken', 'spot'],
] as const)(`[ID-4] %s %s: what is locked is what open orders can still cost (seed ${SEED})`, (of, product) => {
  fc.assert(
    fc.property(script, (steps) => {
      const play = new Play(of, product);
      const { maker, taker } = play.account.fees(play.venue.market);
      play.run(steps, () => {
        const open = play.account
          .orders(play.venue.market.spec.feed)
          .filter(({ state }) => state === 'open' || state === 'waiting');
        const cost = ({ request, quantity, filled, state }: ExchangeOrder): Decimal => {
          const left = quantity.minus(filled);
          if (request.side === 'sell') return left;
          const value = left.times(request.price ?? ZERO);
          const rate = state === 'open' || request.timeInForce === 'post-only' ? maker : taker;
          return of === 'binance' ? value : value.plus(value.times(rate));
        };
        for (const [side, currency] of [
          ['buy', 'USD'],
          ['sell', 'BTC'],
        ] as const) {
          const own = open.filter(({ request }) => request.side === side);
          const grouped = own.filter(({ request }) => request.ocoGroup !== null).map(cost);
          const single = own.filter(({ request }) => request.ocoGroup === null).map(cost);
          const expected = sum(single).plus(grouped.reduce((most, one) => max(most, one), ZERO));
          expect(wire(play.holding(currency).locked)).toBe(wire(expected));
        }
      });
    }),
    { seed: SEED, numRuns: 40 },
  );
});

test(`[PP-4] the same script gives the same events, keys and ids (seed ${SEED})`, () => {
  fc.assert(
    fc.property(script, (steps) => {
      const [first, second] = [new Play('binance', 'perp'), new Play('binance', 'perp')];
      for (const play of [first, second]) play.run(steps, () => {});
      expect(first.heard).toEqual(second.heard);
      const secrets = (play: Play): string[] => play.venue.exchange.keys.map(({ id, secret }) => `${id} ${secret}`);
      expect(secrets(first)).toEqual(secrets(second));
    }),
    { seed: SEED, numRuns: 20 },
  );
});
