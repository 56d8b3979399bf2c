import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { SqlitePaperStore } from '#main/storage/sqlite-paper-store';
import type { Fill } from '#shared/domain/order';
import type { PaperOrder } from '#shared/domain/paper';
import { scratchFolders, storageErrorOf } from './files.ts';

const folder = scratchFolders();
const order = (id: string, state: PaperOrder['state']): PaperOrder => ({
  clientOrderId: id,
  venueOrderId: `v${id}`,
  account: 'paper',
  venue: 'kraken',
  listing: 'kraken:spot|BTC-USD',
  side: 'buy',
  kind: 'post-only',
  quantity: '1',
  price: '50000',
  filled: '0',
  state,
  createdAtMs: 1,
  expiresAtMs: null,
});
const fill = (id: string, tradeId: string): Fill => ({
  tradeId,
  clientOrderId: id,
  account: 'paper',
  listing: 'kraken:spot|BTC-USD',
  side: 'buy',
  quantity: '0.5',
  price: '50000',
  fee: '1',
  feeCurrency: 'USD',
  liquidity: 'maker',
  atMs: 2,
});

describe('[PP-1] the simulated venue’s own books', () => {
  it('outlive the process: orders, fills in order, balances', () => {
    const path = join(folder(), 'paper.sqlite');
    const first = new SqlitePaperStore({ path });
    first.commit({
      orders: [order('a', 'open'), order('b', 'filled')],
      fills: [fill('b', '1'), fill('b', '2')],
      balances: [{ account: 'paper', venue: 'kraken', currency: 'USD', total: '100' }],
    });
    first.commit({ balances: [{ account: 'paper', venue: 'kraken', currency: 'USD', total: '50' }] });
    first.close();
    const second = new SqlitePaperStore({ path });
    expect(second.openOrders('paper', 'kraken').map((row) => row.clientOrderId)).toEqual(['a']);
    expect(second.order('b')?.fills.map((row) => row.tradeId)).toEqual(['1', '2']);
    expect(second.order('c')).toBeUndefined();
    expect(second.balances('paper', 'kraken')).toEqual([
      { account: 'paper', venue: 'kraken', currency: 'USD', total: '50' },
    ]);
    expect(second.balances('paper', 'okx')).toEqual([]);
    expect(second.fillCount()).toBe(2);
    second.close();
  });

  it('keep a change whole or not at all', () => {
    const path = join(folder(), 'paper.sqlite');
    const store = new SqlitePaperStore({ path });
    const unwritable = { ...fill('a', '1'), clientOrderId: null };
    // @ts-expect-error a fill without its order breaks the table's rule in the middle of the change
    expect(() => store.commit({ orders: [order('a', 'open')], fills: [unwritable] })).toThrow();
    expect(store.order('a')).toBeUndefined();
    expect(store.fillCount()).toBe(0);
    store.close();
  });

  it('a row that cannot be read is damage', () => {
    const path = join(folder(), 'paper.sqlite');
    const store = new SqlitePaperStore({ path });
    store.commit({ orders: [order('a', 'open')] });
    store.close();
    const database = new Database(path);
    database.exec(`UPDATE orders SET body = '{"clientOrderId":"a"}'`);
    database.close();
    const damaged = new SqlitePaperStore({ path });
    expect(storageErrorOf(() => damaged.openOrders('paper', 'kraken')).code).toBe('damaged');
    damaged.close();
  });
});
