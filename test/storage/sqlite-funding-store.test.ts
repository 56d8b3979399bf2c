import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { SqliteFundingStore } from '#main/storage/sqlite-funding-store';
import type { FundingSettlement } from '#shared/domain/funding';
import { scratchFolders, storageErrorOf } from './files.ts';

const folder = scratchFolders();
const BTC = 'binance:perp|BTC-USDT-PERP' as const;
const ETH = 'binance:perp|ETH-USDT-PERP' as const;
const DAY_MS = 86_400_000;
const settled = (settledAtMs: number, rate = '0.0001', intervalMs: number | null = null): FundingSettlement => ({
  settledAtMs,
  rate,
  intervalMs,
});

describe('[MD-7] settled funding', () => {
  it('outlives the process, oldest first, and a row already held is left as it is', () => {
    const path = join(folder(), 'funding.sqlite');
    const first = new SqliteFundingStore({ path });
    first.add(BTC, [settled(3_000, '-0.00000123', 28_800_000), settled(1_000), settled(2_000)]);
    first.add(ETH, [settled(9_000)]);
    first.add(BTC, [settled(2_000, '0.9', 1), settled(4_000)]);
    first.close();
    const second = new SqliteFundingStore({ path });
    expect(second.latest(BTC, 10)).toEqual([
      settled(1_000),
      settled(2_000),
      settled(3_000, '-0.00000123', 28_800_000),
      settled(4_000),
    ]);
    expect(second.latest(BTC, 2).map((row) => row.settledAtMs)).toEqual([3_000, 4_000]);
    expect(second.latest('okx:perp|BTC-USDT-PERP', 5)).toEqual([]);
    second.checkpointWhenIdle();
    second.close();
  });

  it('forgets what is over a year older than the latest of the same instrument', () => {
    const store = new SqliteFundingStore({ path: ':memory:' });
    store.add(BTC, [settled(1), settled(2 * DAY_MS)]);
    store.add(ETH, [settled(1)]);
    store.add(BTC, [settled(367 * DAY_MS)]);
    expect(store.latest(BTC, 10).map((row) => row.settledAtMs)).toEqual([2 * DAY_MS, 367 * DAY_MS]);
    expect(store.latest(ETH, 10)).toHaveLength(1);
    store.close();
  });

  it('a row that cannot be read is damage, and so is a file that is none', () => {
    const path = join(folder(), 'funding.sqlite');
    const store = new SqliteFundingStore({ path });
    store.add(BTC, [settled(1_000)]);
    store.close();
    const database = new Database(path);
    database.exec(`UPDATE settlements SET rate = 'high'`);
    database.close();
    const again = new SqliteFundingStore({ path });
    expect(storageErrorOf(() => again.latest(BTC, 1)).code).toBe('damaged');
    again.close();
    const other = join(folder(), 'funding.sqlite');
    writeFileSync(other, 'not a database at all, but long enough to be looked at as one');
    expect(storageErrorOf(() => new SqliteFundingStore({ path: other })).code).toBe('damaged');
  });

  it('[EX-13] a second process is refused', () => {
    const path = join(folder(), 'funding.sqlite');
    const store = new SqliteFundingStore({ path });
    store.add(BTC, [settled(1_000)]);
    expect(storageErrorOf(() => new SqliteFundingStore({ path })).code).toBe('locked');
    store.close();
  });
});
