import { describe, expect, test } from 'vitest';
import { PUBLISHED_FEES } from '#main/replay/fees';
import { MODEL_NOTES } from '#main/replay/model';
import { replayJson, replayText } from '#main/replay/report';
import { ReplayTally } from '#main/replay/summary';
import type { Deal } from '#shared/domain/deal';
import type { Fill } from '#shared/domain/order';
import { decimal } from '#shared/money/decimal';
import { candidate, deal, PLANNED, REJECTED } from '../telemetry/samples.ts';
import { MINUTE, recording, row, T0 } from './recordings.ts';

const OUT_FROM = T0 + 5 * MINUTE;

const fill = (listing: Fill['listing'], liquidity: Fill['liquidity'], atMs: number): Fill => ({
  tradeId: '1',
  clientOrderId: 'c1',
  account: 'paper',
  listing,
  side: 'buy',
  quantity: '0.1',
  price: '100',
  fee: '0.01',
  feeCurrency: 'USD',
  liquidity,
  atMs,
});

/** A replay in which kraken had its last bar until {@link OUT_FROM}. */
async function summary(feed: (tally: ReplayTally) => void, openDeals: readonly Deal[] = []) {
  const folder = await recording([
    row(0, 'kraken BTC-USD', '100,101,99,100'),
    row(9, 'kraken BTC-USD', '100,101,99,100'),
  ]);
  const tally = new ReplayTally(folder.barMs, (id) => (id === 'kraken:spot' ? OUT_FROM : T0 + 9 * MINUTE));
  feed(tally);
  return tally.summary({
    folder,
    candidates: 1,
    openDeals,
    feeSentence: PUBLISHED_FEES.sentence,
    modelNotes: MODEL_NOTES,
    outages: [{ feed: 'kraken:spot', lastBarMs: OUT_FROM - MINUTE, noticedMs: OUT_FROM + 3 * MINUTE, backMs: null }],
    decisionsHash: 'f'.repeat(64),
    pnlUsd: decimal('1.23456789'),
    maxDrawdownPct: 0.25,
  });
}

const busy = (tally: ReplayTally) => {
  tally.verdict(candidate('a', REJECTED, OUT_FROM));
  tally.verdict(candidate('a', PLANNED, OUT_FROM + 2 * MINUTE));
  tally.verdict(candidate('a', REJECTED, OUT_FROM + 3 * MINUTE));
  tally.verdict(candidate('a', PLANNED, OUT_FROM));
  tally.dealOpened();
  const fills = [fill('binance:spot|BTC-USDT', 'maker', OUT_FROM), fill('kraken:spot|BTC-USD', 'taker', OUT_FROM - 1)];
  tally.dealClosed(deal('d1', { fills }));
  tally.cycleEnded(true);
  tally.cycleEnded(false);
};

describe('a replay’s report', () => {
  test('--json is one object of exactly the promised keys, money as decimal text', async () => {
    expect(replayJson(await summary(busy))).toEqual({
      period: { from: '2023-03-01T00:00:00.000Z', to: '2023-03-01T00:10:00.000Z' },
      cycles: 2,
      candidates: 1,
      verdicts: { 'fees-kill': 2 },
      deals: 1,
      fills: 2,
      fees: '1',
      pnl: '1.234568',
      maxDrawdownPct: 0.25,
      decisionsHash: 'f'.repeat(64),
    });
  });

  test('[CO-3] sums expected and realised cost by part', async () => {
    const { costs, expectedNetUsd, realisedNetUsd, feesUsd } = await summary((tally) => {
      tally.dealClosed(deal('d1'));
      tally.dealClosed(deal('d2', { outcome: 'unwound', realisedNetUsd: '-3' }));
    });
    expect({ expectedNetUsd, realisedNetUsd, feesUsd }).toEqual({
      expectedNetUsd: '2.5',
      realisedNetUsd: '-1.9',
      feesUsd: '2',
    });
    expect(costs).toEqual([
      { part: 'fees', expectedUsd: '-2', realisedUsd: '-2' },
      { part: 'slippage', expectedUsd: '-0.4', realisedUsd: '-0.7' },
    ]);
  });

  test('tells what was said of a venue while it was out, from its first missing bar, and that nothing filled on it', async () => {
    const { outages } = await summary(busy);
    expect(outages).toEqual([
      {
        feed: 'kraken:spot',
        lastBarMs: OUT_FROM - MINUTE,
        noticedMs: OUT_FROM + 3 * MINUTE,
        backMs: null,
        verdicts: { 'fees-kill': 1 },
        before: { plan: 1 },
        fills: 0,
      },
    ]);
  });

  test('a deal still open at the end counts with its fills and fees, and is said to be open', async () => {
    const fills = [fill('kraken:spot|BTC-USD', 'taker', T0)];
    const open = deal('d9', { state: 'hedging', outcome: 'open', realisedNetUsd: null, fills });
    const ended = await summary((tally) => tally.dealOpened(), [open]);
    expect(ended).toMatchObject({
      feesUsd: '1',
      realisedNetUsd: '0',
      fills: { maker: 0, taker: 1 },
      deals: { open: 1 },
    });
    expect(replayText(ended)).toContain('still open      1');
  });

  test('a fill on a venue that is out would be counted', async () => {
    const { outages } = await summary((tally) => {
      tally.dealClosed(deal('d1', { fills: [fill('kraken:spot|BTC-USD', 'taker', OUT_FROM + MINUTE)] }));
    });
    expect(outages[0]?.fills).toBe(1);
  });

  test('for people: every reason with its sentence, outages, what the recording lacks, and the model', async () => {
    const text = replayText(await summary(busy));
    for (const part of [
      '2023-03-01 00:00 to 2023-03-01 00:10 UTC',
      '2  fees-kill  Fees are larger than the gross edge.',
      '2 (1 as maker, 1 as taker)',
      'Kraken spot: last bar 2023-03-01 00:04, out from 2023-03-01 00:08, to the end.',
      'Said of its pairs while it was out: fees-kill 1.',
      'Said from its first missing bar until then: plan 1.',
      '8 bars are missing in 1 gaps',
      'published entry tier',
      'Bars are not ticks.',
      '1 of them with an incomplete report',
      `decisions ${'f'.repeat(64)}`,
    ]) {
      expect(text).toContain(part);
    }
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
    expect(text).not.toContain('No deal at all');
  });

  test('no deal at all is said to be a valid result', async () => {
    expect(replayText(await summary(() => undefined))).toContain('No deal at all is a valid result');
  });
});
