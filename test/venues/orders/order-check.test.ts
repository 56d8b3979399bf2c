import fc from 'fast-check';
import { expect, test } from 'vitest';
import { refusalOf } from '#main/venues/orders/order-check';
import { ORDER_PROTOCOLS } from '#main/venues/orders/order-protocols';
import type { Capabilities } from '#shared/domain/capabilities';
import { FEEDS, type FeedId, productOf, venueOf } from '#shared/domain/ids';
import { type Listing, TRADING_STATUSES } from '#shared/domain/listing';
import { isResident, ORDER_KINDS, type OrderIntent } from '#shared/domain/order';
import { ceilTo, decimal, floorTo, ONE, tryDecimal, wire } from '#shared/money/decimal';

const NOW_MS = Date.UTC(2026, 9, 9);
const capabilitiesOf = (feed: FeedId): Capabilities => {
  const protocol = ORDER_PROTOCOLS[feed];
  if (protocol === undefined) throw new Error(`no orders on ${feed}`);
  return protocol.capabilities;
};

const listingOf = (feed: FeedId, changes: Partial<Listing> = {}): Listing => ({
  id: `${feed}|BTC-USDT`,
  venue: venueOf(feed),
  product: productOf(feed),
  instrument: 'BTC-USDT',
  base: 'BTC',
  quote: 'USDT',
  symbol: 'BTCUSDT',
  priceTick: '0.1',
  lotStep: '0.001',
  minQuantity: '0.002',
  minNotional: '10',
  makerFeeBps: '1',
  takerFeeBps: '5',
  feeSource: 'practice',
  feeCurrency: 'quote',
  priceBand: { below: '0.05', above: '0.05' },
  status: 'normal',
  settle: 'USDT',
  contractSize: '1',
  unitsPerBase: '1',
  funding: null,
  bookId: `${feed}|BTC-USDT`,
  ...changes,
});

const orderOf = (listing: Listing, changes: Partial<OrderIntent> = {}): OrderIntent => ({
  clientOrderId: 'x00000000000000001',
  dealId: 'd1',
  leg: 0,
  account: 'a',
  venue: listing.venue,
  listing: listing.id,
  side: 'buy',
  kind: 'ioc',
  purpose: 'entry',
  quantity: '0.01',
  price: '90000',
  createBeforeMs: NOW_MS + 3_000,
  expiresAtMs: null,
  ...changes,
});

const PERP = listingOf('bybit:perp');
const MID = decimal('90000');
const codeOf = (changes: Partial<OrderIntent>, listing: Listing | undefined = PERP, mid = MID) =>
  refusalOf(orderOf(PERP, changes), listing, capabilitiesOf('bybit:perp'), mid, NOW_MS)?.code ?? null;
const STOP = { kind: 'stop-loss', side: 'sell', trigger: { price: '88000', by: 'mark' } } as const;

test.each<[string, Partial<OrderIntent>, string | null]>([
  ['what the catalogue takes', {}, null],
  ['off the tick', { price: '90000.05' }, 'CATALOGUE_TICK'],
  ['without a price', { price: '0' }, 'CATALOGUE_TICK'],
  ['off the lot', { quantity: '0.0105' }, 'CATALOGUE_LOT'],
  ['below the least quantity', { quantity: '0.001' }, 'CATALOGUE_MIN_QUANTITY'],
  ['below the least notional', { quantity: '0.002', price: '4000' }, 'CATALOGUE_MIN_NOTIONAL'],
  ['above the band', { price: '94500.1' }, 'CATALOGUE_PRICE_BAND'],
  ['on the band', { price: '94500' }, null],
  ['with a name too long', { clientOrderId: 'x'.repeat(37) }, 'CLIENT_ORDER_ID'],
  ['past its deadline', { createBeforeMs: NOW_MS }, 'DEADLINE'],
  ['past its expiry', { expiresAtMs: NOW_MS }, 'EXPIRED'],
  ['a stop with its limit behind the trigger', { ...STOP, price: '87000' }, null],
  ['a stop with its limit before the trigger', { ...STOP, price: '88000.1' }, 'STOP_LIMIT'],
  ['a stop off the tick', { ...STOP, price: '87000', trigger: { price: '88000.01', by: 'mark' } }, 'CATALOGUE_TICK'],
  ['a stop without a trigger', { kind: 'stop-loss' }, 'UNSUPPORTED_ORDER'],
  ['a plain order with a trigger', { trigger: { price: '88000', by: 'last' } }, 'UNSUPPORTED_ORDER'],
  ['a plain order with a profit', { takeProfitPrice: '95000' }, 'UNSUPPORTED_ORDER'],
  ['one that cancels the other, which is not had', { kind: 'oco' }, 'UNSUPPORTED_ORDER'],
])('[ID-2] [EX-9] %s', (_what, changes, code) => {
  expect(codeOf(changes)).toBe(code);
});

test('[MD-8] each phase takes what it takes, no phase that is not known takes anything', () => {
  const taken = TRADING_STATUSES.filter((status) => codeOf({}, { ...PERP, status }) === null);
  expect(taken).toEqual(['normal', 'limit-only']);
  expect(codeOf({ kind: 'post-only' }, { ...PERP, status: 'post-only' })).toBeNull();
});

test('[EX-10] reduce-only is for perpetuals alone', () => {
  expect(codeOf({ reduceOnly: true })).toBeNull();
  const spot = listingOf('bybit:spot');
  const order = orderOf(spot, { reduceOnly: true });
  expect(refusalOf(order, spot, capabilitiesOf('bybit:spot'), MID, NOW_MS)?.code).toBe('UNSUPPORTED_ORDER');
});

test('[ID-2] a quantity that is no number of contracts is refused', () => {
  const listing = { ...PERP, contractSize: '0.01', lotStep: '0.005' };
  expect(codeOf({ quantity: '0.015' }, listing)).toBeNull();
  expect(codeOf({ quantity: '0.012' }, listing)).toBe('CATALOGUE_LOT');
});

const STEPS = fc.constantFrom('0.00000001', '0.0001', '0.001', '0.01', '0.1', '0.25', '0.5', '1', '5', '10', '1000');
const AMOUNT = fc
  .tuple(fc.integer({ min: 0, max: 10 ** 9 }), fc.integer({ min: 0, max: 9 }))
  .map(([digits, places]) => wire(decimal(String(digits)).div(ONE.times('10').pow(places))));

/** So many steps of something, mostly whole ones. */
const multipleOf = (step: string, count: number, odd: boolean): string =>
  wire(
    decimal(step)
      .times(String(count))
      .plus(odd ? decimal(step).div('4') : '0'),
  );
const MOSTLY_FALSE = fc.integer({ min: 0, max: 9 }).map((roll) => roll === 0);

test.each(FEEDS)('[ID-2] no order leaves that the catalogue of %s would refuse (seed 51)', (feed) => {
  const capabilities = capabilitiesOf(feed);
  let left = 0;
  fc.assert(
    fc.property(
      fc.record({
        priceTick: STEPS,
        lotStep: STEPS,
        minQuantity: fc.constantFrom('0', '0.01', '10', '1000'),
        minNotional: fc.constantFrom('0', '5', '10000'),
        status: fc.constantFrom('normal' as const, 'normal' as const, ...TRADING_STATUSES),
      }),
      fc.record({
        kind: fc.constantFrom(...ORDER_KINDS),
        side: fc.constantFrom('buy' as const, 'sell' as const),
        reduceOnly: fc.boolean(),
        clientOrderId: fc.oneof(fc.constant('x00000000000000001'), fc.string({ maxLength: 40 })),
      }),
      fc.record({ lots: fc.nat(10_000), ticks: fc.nat(10_000), oddLot: MOSTLY_FALSE, oddTick: MOSTLY_FALSE }),
      fc.integer({ min: 90, max: 110 }),
      (terms, fields, { lots, ticks, oddLot, oddTick }, midPct) => {
        const listing = listingOf(feed, terms);
        const quantity = multipleOf(terms.lotStep, lots, oddLot);
        const price = multipleOf(terms.priceTick, ticks, oddTick);
        const order = orderOf(listing, { ...fields, quantity, price });
        const mid = decimal(price).times(String(midPct)).div('100');
        if (refusalOf(order, listing, capabilities, mid, NOW_MS) !== null) return;
        left += 1;
        expect(capabilities.orderKinds).toContain(order.kind);
        expect(isResident(order.kind)).toBe(false);
        expect(order.reduceOnly === true && !capabilities.reduceOnly).toBe(false);
        expect(order.clientOrderId).toMatch(new RegExp(capabilities.clientOrderId.pattern));
        expect(['normal', 'limit-only', 'post-only']).toContain(listing.status);
        expect([oddLot && lots > 0, oddTick]).toEqual([false, false]);
        const amount = decimal(quantity);
        expect(amount.gt('0') && amount.gte(listing.minQuantity)).toBe(true);
        expect(amount.times(price).gte(listing.minNotional)).toBe(true);
        expect(decimal(price).gte(mid.times('0.95')) && decimal(price).lte(mid.times('1.05'))).toBe(true);
      },
    ),
    { seed: 51, numRuns: 4_000 },
  );
  // The rule is not kept by refusing everything.
  expect(left).toBeGreaterThan(40);
});

test.each(FEEDS)('[EX-2] the journal’s client order ids fit %s, and no two are the same (seed 52)', (feed) => {
  const { maxLength, pattern } = capabilitiesOf(feed).clientOrderId;
  const made = new Map<string, string>();
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2060, 0) }), fc.nat(10 ** 9), (birthMs, count) => {
      const id = `x${birthMs.toString(36).padStart(9, '0')}${count.toString(36).padStart(8, '0')}`;
      expect(id.length).toBeLessThanOrEqual(maxLength);
      expect(id).toMatch(new RegExp(pattern));
      const source = `${birthMs}/${count}`;
      expect(made.get(id) ?? source).toBe(source);
      made.set(id, source);
    }),
    { seed: 52, numRuns: 2_000 },
  );
});

test('[ID-4] rounding never buys more, never pays more, never sells for less (seed 53)', () => {
  fc.assert(
    fc.property(AMOUNT, STEPS, (text, stepText) => {
      const [value, step] = [decimal(text), decimal(stepText)];
      const [down, up] = [floorTo(value, step), ceilTo(value, step)];
      expect(down.lte(value) && up.gte(value)).toBe(true);
      expect(value.minus(down).lt(step) && up.minus(value).lt(step)).toBe(true);
      expect(down.mod(step).eq('0') && up.mod(step).eq('0')).toBe(true);
      expect(tryDecimal(wire(down))?.eq(down)).toBe(true);
    }),
    { seed: 53, numRuns: 2_000 },
  );
});
