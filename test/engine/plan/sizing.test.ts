import { describe, expect, it } from 'vitest';
import { readPair } from '#engine/plan/pair';
import { sizeByEdge } from '#engine/plan/sizing';
import type { EntryStyle } from '#engine/plan/style';
import { decimal } from '#shared/money/decimal';
import type { TextLevels } from '#support/fake-market';
import { PlanningRig } from '#support/planning-rig';

const TAKER: EntryStyle = { side: 'buy', liquidity: 'taker' };

function sized(asks: TextLevels, bids: TextLevels, style = TAKER, cap = '100', maxSlippage = '8') {
  const rig = new PlanningRig();
  rig.market.quote(rig.binance.id, [['9999', '5']], asks);
  rig.market.quote(rig.kraken.id, bids, [['10100', '5']]);
  const pair = readPair(rig.market, rig.health, rig.binance, rig.kraken, decimal('5000'));
  if (!pair.ok) throw new Error(pair.error.detail);
  return sizeByEdge(pair.value, style, 1, decimal('3'), decimal(maxSlippage), decimal(cap));
}

describe('sizeByEdge', () => {
  it('[SD-2] walks both ladders until the marginal net edge is below the minimum', () => {
    // Needs 4 bps standing and minimum plus 4 bps of fees: a bid of 10,008 against 10,000 pays 4, one of 10,014 pays 10.
    const { quantity, endedBy } = sized(
      [
        ['10000', '2'],
        ['10001', '2'],
      ],
      [
        ['10014', '1'],
        ['10012', '2'],
        ['10008', '5'],
      ],
    );
    expect(quantity.toFixed()).toBe('3');
    expect(endedBy).toBe('edge');
  });

  it('[SD-2] ends at the cap, and where a ladder ends', () => {
    expect(sized([['10000', '2']], [['10050', '3']], TAKER, '0.5')).toMatchObject({ endedBy: 'cap' });
    const whole = sized([['10000', '2']], [['10050', '3']]);
    expect(whole.quantity.toFixed()).toBe('2');
    expect(whole.endedBy).toBe('depth');
  });

  it('[RK-3] ends where both legs together slip more than the limit', () => {
    const { quantity, endedBy } = sized(
      [
        ['10000', '1'],
        ['10005', '1'],
        ['10009', '9'],
      ],
      [['10060', '9']],
    );
    expect(quantity.toFixed()).toBe('2');
    expect(endedBy).toBe('slippage');
  });

  it('[SD-2] a resting leg has one level, its own price', () => {
    const style: EntryStyle = { side: 'buy', liquidity: 'maker' };
    // Rests at 9,999.1, one tick over the bid, and takes only the bids that pay from there.
    const { quantity } = sized(
      [['10000', '0.1']],
      [
        ['10020', '1'],
        ['10006', '2'],
        ['10004', '2'],
      ],
      style,
      '100',
      '50',
    );
    expect(quantity.toFixed()).toBe('3');
  });

  it('[SD-2] an empty side has no size', () => {
    expect(sized([['10000', '1']], [['9000', '1']]).quantity.toFixed()).toBe('0');
  });
});
