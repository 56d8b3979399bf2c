import { z } from 'zod';
import type { FeeTier, Holding, KeyFinding, Position } from '#shared/domain/account';
import { instrumentOfListing } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { err, ok } from '#shared/kernel/result';
import { type Decimal, decimal, wire, ZERO } from '#shared/money/decimal';
import type { AdapterContext, Answer } from '../../orders/adapter.ts';
import type { BybitCalls } from './calls.ts';
import { findingsOf } from './findings.ts';
import { accountSchema, feesSchema, positionsSchema, resultOf, walletSchema } from './messages.ts';
import type { Category } from './requests.ts';
import { UNCHANGED } from './verdict.ts';

const SETTLES = ['USDT', 'USDC'] as const;
const BPS = decimal('10000');
const MARGIN_MODES: Readonly<Record<string, 'cross' | 'isolated'>> = {
  REGULAR_MARGIN: 'cross',
  ISOLATED_MARGIN: 'isolated',
};

/** What one unified account holds and pays, and whether it is fit to trade. */
export class BybitAccount {
  readonly #category: Category;
  readonly #context: AdapterContext;
  readonly #calls: BybitCalls;

  constructor(category: Category, context: AdapterContext, calls: BybitCalls) {
    this.#category = category;
    this.#context = context;
    this.#calls = calls;
  }

  findings(): Promise<readonly KeyFinding[]> {
    return findingsOf(this.#category, this.#context, this.#calls);
  }

  async holdings(): Promise<Answer<readonly Holding[]>> {
    const answer = await this.#calls.read(
      'wallet',
      'privateGetV5AccountWalletBalance',
      { accountType: 'UNIFIED' },
      walletSchema,
    );
    if (!answer.ok) return answer;
    return ok(
      answer.value.result.list.flatMap(({ coin }) =>
        coin.map((row) => {
          const total = decimal(row.walletBalance);
          const used = [row.locked, row.totalOrderIM, row.totalPositionIM].reduce<Decimal>(
            (sum, text) => (text ? sum.plus(decimal(text)) : sum),
            ZERO,
          );
          const free = total.minus(used);
          return {
            wallet: 'unified',
            currency: row.coin,
            free: wire(free.lt(ZERO) ? ZERO : free),
            locked: wire(used.gt(total) ? total : used),
          };
        }),
      ),
    );
  }

  async fees(): Promise<Answer<readonly FeeTier[]>> {
    const answer = await this.#calls.read(
      'fees',
      'privateGetV5AccountFeeRate',
      { category: this.#category },
      feesSchema,
    );
    if (!answer.ok) return answer;
    return ok(
      answer.value.result.list.flatMap(({ symbol, makerFeeRate, takerFeeRate }) => {
        const listing = this.#context.bySymbol(symbol);
        if (listing === undefined) return [];
        return {
          feed: `${listing.venue}:${listing.product}` as const,
          instrument: listing.instrument,
          makerBps: wire(decimal(makerFeeRate).times(BPS)),
          takerBps: wire(decimal(takerFeeRate).times(BPS)),
        };
      }),
    );
  }

  async positions(): Promise<Answer<readonly Position[]>> {
    if (this.#category === 'spot') return ok([]);
    const account = await this.#calls.read('account', 'privateGetV5AccountInfo', {}, accountSchema);
    if (!account.ok) return account;
    const marginMode = MARGIN_MODES[account.value.result.marginMode] ?? null;
    const positions: Position[] = [];
    for (const settleCoin of SETTLES) {
      const params = { category: 'linear', settleCoin, limit: 200 };
      const rows = await this.#calls.pages('positions', 'privateGetV5PositionList', params, positionsSchema);
      if (!rows.ok) return rows;
      for (const row of rows.value) {
        if (row.side !== 'Buy' && row.side !== 'Sell') continue;
        const listing = this.#context.bySymbol(row.symbol);
        positions.push({
          feed: 'bybit:perp',
          instrument: listing === undefined ? row.symbol : instrumentOfListing(listing.id),
          side: row.side === 'Buy' ? 'long' : 'short',
          quantity: row.size,
          entryPrice: row.avgPrice ?? null,
          markPrice: row.markPrice ?? null,
          liquidationPrice: row.liqPrice ?? null,
          unrealised: row.unrealisedPnl ?? null,
          leverage: row.leverage ?? null,
          marginMode,
        });
      }
    }
    return ok(positions);
  }

  /** AC-2: https://bybit-exchange.github.io/docs/v5/position/leverage, read back from the position. */
  async setLeverage(listing: Listing, leverage: string): Promise<Answer<void>> {
    const set = await this.#calls.send(
      {
        endpoint: 'leverage',
        method: 'privatePostV5PositionSetLeverage',
        params: { category: 'linear', symbol: listing.symbol, buyLeverage: leverage, sellLeverage: leverage },
        urgency: 'entry',
        weight: 1,
        timeoutMs: 5_000,
        kind: 'cancel',
      },
      resultOf(z.unknown()),
    );
    if (!set.ok && !UNCHANGED.has(set.error.code)) return set;
    const params = { category: 'linear', symbol: listing.symbol };
    const rows = await this.#calls.pages('positions', 'privateGetV5PositionList', params, positionsSchema);
    if (!rows.ok) return rows;
    const now = rows.value[0]?.leverage ?? null;
    if (now !== null && decimal(now).eq(decimal(leverage))) return ok(undefined);
    const message = `${listing.symbol} has a leverage of ${now ?? 'which nothing is known'} after ${leverage} was set`;
    return err({ kind: 'in-doubt', code: 'LEVERAGE', message, retryAtMonoMs: null });
  }
}
