import { expect, test } from 'vitest';
import { executionsOf } from '#main/venues/coinbase/orders/executions';
import { type FillRow, fillSchema } from '#main/venues/coinbase/orders/messages';

const row = (trade_type: string, changes: Partial<FillRow> = {}): FillRow =>
  fillSchema.parse({
    trade_id: 't1',
    order_id: 'o1',
    trade_time: '2026-10-09T08:00:00Z',
    trade_type,
    price: '90000',
    size: '0.01',
    commission: '1.08',
    product_id: 'BTC-USD',
    liquidity_indicator: 'TAKER',
    size_in_quote: false,
    side: 'BUY',
    ...changes,
  });
const read = (...rows: readonly FillRow[]) =>
  executionsOf(rows, () => undefined).map(({ tradeId, quantity, price, fee, adjusted }) => [
    `${tradeId} ${quantity} at ${price} for ${fee}`,
    adjusted === undefined ? 'told' : `${adjusted.clear ? 'clear' : 'unclear'}: ${adjusted.words}`,
  ]);

test('[EX-5] fills are executions, each trade of each order by itself', () => {
  expect(read(row('FILL'), row('FILL', { trade_id: 't2' }), row('FILL', { order_id: 'o2' }))).toHaveLength(3);
  expect(read(row('FILL'))).toEqual([['t1 0.01 at 90000 for 1.08', 'told']]);
});

test('[EX-5] a fill that was reversed whole does not stand; its correction takes its place', () => {
  const taken = row('REVERSAL', { side: 'SELL' });
  expect(read(row('FILL'), taken)).toEqual([['t1 0 at 90000 for 0', 'clear: FILL, REVERSAL']]);
  expect(read(row('FILL'), row('REVERSAL', { size: '-0.01' }))[0]?.[1]).toBe('clear: FILL, REVERSAL');
  expect(read(row('FILL'), taken, row('CORRECTION', { price: '89999', commission: '1.07' }))).toEqual([
    ['t1 0.01 at 89999 for 1.07', 'clear: FILL, REVERSAL, CORRECTION'],
  ]);
});

test('[EX-5] a correction that changes no money is clear', () => {
  expect(read(row('FILL'), row('CORRECTION', { size: '0.010' }))[0]?.[1]).toBe('clear: FILL, CORRECTION');
});

test.each([
  ['a reversal of what is not in the list', [row('REVERSAL')]],
  ['a correction of what is not in the list', [row('CORRECTION')]],
  ['a correction beside its fill', [row('FILL'), row('CORRECTION', { price: '1' })]],
  ['a part that is reversed', [row('FILL'), row('REVERSAL', { size: '0.004' })]],
  ['another price that is reversed', [row('FILL'), row('REVERSAL', { price: '1' })]],
  ['two reversals', [row('FILL'), row('REVERSAL'), row('REVERSAL')]],
  ['two corrections', [row('FILL'), row('REVERSAL'), row('CORRECTION'), row('CORRECTION')]],
  ['a synthetic one', [row('FILL'), row('SYNTHETIC')]],
  ['a word nobody knows', [row('FILL'), row('SOMETHING')]],
])('[EX-6] %s: nobody can say what stands', (_what, rows) => {
  const told = read(...rows);
  expect(told).toHaveLength(1);
  expect(told[0]?.[1]).toMatch(/^unclear: /);
});
