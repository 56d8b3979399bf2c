import { describe, expect, test } from 'vitest';
import { Digits, exactText } from '#main/venues/coinbase-derivatives/orders/exact-text';
import type { OrderRow } from '#main/venues/coinbase-derivatives/orders/messages';
import { combined, venueOrder } from '#main/venues/coinbase-derivatives/orders/rows';

const row = (changes: Partial<OrderRow>): OrderRow => ({
  order_id: 'USDC-1',
  instrument_name: 'BTC_USDC-PERPETUAL',
  direction: 'sell',
  order_state: 'open',
  order_type: 'limit',
  label: 'x1',
  amount: '0.02',
  filled_amount: '0',
  price: '1.0e4',
  creation_timestamp: 1,
  ...changes,
});
const none = () => undefined;

test('[ID-4] digits leave as they are and come back as they were', () => {
  expect(exactText({ amount: new Digits('0.0000000001'), price: new Digits('12345678901234567.5'), flag: true })).toBe(
    '{"amount":0.0000000001,"price":12345678901234567.5,"flag":true}',
  );
  expect(() => new Digits('1e5')).toThrow(TypeError);
  expect(() => new Digits('NaN')).toThrow(TypeError);
  expect(venueOrder(row({ filled_amount: '1.0e-4' }), none)).toMatchObject({ price: '10000', filled: '0.0001' });
});

describe('[EX-6] states', () => {
  test.each([
    ['open', 'open'],
    ['untriggered', 'open'],
    ['triggered', 'open'],
    ['filled', 'filled'],
    ['cancelled', 'cancelled'],
    ['rejected', 'rejected'],
    ['rejected:reduce_direction', 'rejected'],
    ['something_new', 'unknown'],
  ])('%s is %s', (order_state, state) => {
    expect(venueOrder(row({ order_state }), none).state).toBe(state);
  });
});

describe('[EX-9] what several orders under one label come to', () => {
  const stop = row({ order_id: 'USDC-SLTS-1', order_type: 'stop_limit', order_state: 'untriggered', oco_ref: '7' });
  const profit = row({ order_id: 'USDC-2', oco_ref: '7' });
  const closed = { order_state: 'cancelled', cancel_reason: 'oco_other_closed' };
  const child = row({ order_id: 'USDC-1', trigger_order_id: 'USDC-SLTS-1', oco_ref: '7' });

  test.each([
    ['both rest', [stop, profit], 'open', '0'],
    [
      'the profit was taken',
      [
        { ...stop, ...closed },
        { ...profit, order_state: 'filled', filled_amount: '0.02' },
      ],
      'filled',
      '0.02',
    ],
    [
      'the stop went off, its order is not seen yet',
      [
        { ...stop, order_state: 'triggered' },
        { ...profit, ...closed },
      ],
      'open',
      '0',
    ],
    [
      'the stop went off and sold',
      [
        { ...stop, order_state: 'triggered' },
        { ...child, order_state: 'filled', filled_amount: '0.02' },
        { ...profit, ...closed },
      ],
      'filled',
      '0.02',
    ],
    [
      'the stop went off after a part of the profit was taken',
      [
        { ...stop, order_state: 'triggered' },
        { ...child, order_state: 'filled', filled_amount: '0.015' },
        { ...profit, ...closed, filled_amount: '0.005' },
      ],
      'filled',
      '0.02',
    ],
    [
      'both were cancelled',
      [
        { ...stop, order_state: 'cancelled', cancel_reason: 'user_request' },
        { ...profit, ...closed },
      ],
      'cancelled',
      '0',
    ],
    ['one has a state that nobody knows', [stop, { ...profit, order_state: 'frozen' }], 'unknown', '0'],
  ] as const)('%s', (_what, rows, state, filled) => {
    expect(combined(rows, none)).toMatchObject({ state, filled });
  });
});
