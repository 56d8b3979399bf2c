import { expect, it } from 'vitest';
import { ExecutionFeedback } from '#engine/feedback';
import { FillTimeStats } from '#engine/route/fill-times';
import type { OrderIntent } from '#shared/domain/order';
import { PlanningRig } from '#support/planning-rig';

const ORDER: OrderIntent = {
  clientOrderId: 'a1',
  dealId: 'd1',
  leg: 0,
  account: 'paper',
  venue: 'okx',
  listing: 'okx:spot|BTC-USDT',
  side: 'buy',
  kind: 'post-only',
  purpose: 'entry',
  quantity: '1',
  price: '100',
  createBeforeMs: 0,
  expiresAtMs: 1,
};

function feedback() {
  const rig = new PlanningRig();
  const told: string[] = [];
  const tell = (what: string) => () => void told.push(what);
  const heard = new ExecutionFeedback({
    settings: () => rig.settings,
    health: { recordAck: tell('ack'), recordReject: tell('reject'), recordSlippage: tell('slippage') },
    breakers: rig.breakers,
    orderRate: rig.orderRate,
    pacing: rig.pacing,
    fillTimes: new FillTimeStats(),
    observer: {
      dealClosed: tell('closed'),
      alarm: tell('alarm'),
      alarmCleared: tell('cleared'),
      defect: tell('defect'),
    },
    deal: () => undefined,
  });
  return { rig, told, heard };
}

it('[CB-1] an order unanswered past its deadline opens its venue’s breaker', () => {
  const { rig, heard } = feedback();
  heard.unanswered(ORDER);
  expect(rig.breakers.get('okx')).toMatchObject({ state: 'open', cause: 'unresolved-ack' });
  expect(rig.breakers.get('okx').reading).toContain('a1');
  expect(rig.breakers.closed('kraken')).toBe(true);
});

it('[VH-1] a post-only order that would have crossed says nothing against its venue; another refusal does', () => {
  const { told, heard } = feedback();
  heard.rejected(ORDER, 'POST_ONLY', 'it would take liquidity');
  expect(told).toEqual([]);
  heard.rejected({ ...ORDER, kind: 'ioc' }, 'INSUFFICIENT_BALANCE', 'nothing free');
  expect(told).toEqual(['reject']);
});

it('[EX-8] a deal over its exposure budget opens the global breaker', () => {
  const { rig, heard } = feedback();
  heard.exposureBreached('d1', '31 %-of-equity × s unhedged');
  expect(rig.breakers.get('global')).toMatchObject({ state: 'open', cause: 'exposure-budget' });
});
