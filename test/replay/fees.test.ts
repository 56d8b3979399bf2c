import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PUBLISHED_FEES, readFeeFile } from '#main/replay/fees';
import { recordedListings } from '#main/replay/recorded-listings';
import { listingSchema } from '#shared/domain/listing';
import { recording, row } from './recordings.ts';

async function read(content: string) {
  const directory = mkdtempSync(join(tmpdir(), 'crossbook-fees-'));
  const path = join(directory, 'fees.json');
  writeFileSync(path, content);
  const result = await readFeeFile(path);
  rmSync(directory, { recursive: true });
  return result;
}

describe('[CO-1] fees of a replay', () => {
  test('the example file gives every venue a professional tier', async () => {
    const fees = await readFeeFile(join(import.meta.dirname, '..', '..', 'assets', 'fees', 'professional.json'));
    expect(fees).toMatchObject({
      ok: true,
      value: {
        tiers: { binance: { makerBps: '0', takerBps: '2', source: 'file' }, kraken: { makerBps: '0', source: 'file' } },
        sentence: 'Fees are those of a file: 0 bps maker and 2 bps taker.',
      },
    });
  });

  test('a venue named in the file goes before its default; what the file leaves open is as published', async () => {
    const both = await read(
      '{"default":{"makerBps":"1","takerBps":"2"},"kraken":{"makerBps":"-0.5","takerBps":"3.10"}}',
    );
    expect(both.ok && both.value.tiers).toMatchObject({
      okx: { makerBps: '1' },
      kraken: { makerBps: '-0.5', takerBps: '3.1', source: 'file' },
    });
    const one = await read('{"kraken":{"makerBps":"0","takerBps":"2"}}');
    expect(one.ok && one.value.tiers.binance).toEqual({ ...PUBLISHED_FEES.tiers.binance });
    expect(one.ok && one.value.sentence).toContain('the others as published');
  });

  test.each([
    ['{"default":', 'is not JSON'],
    ['{}', 'neither "default" nor a venue'],
    ['[]', 'cannot be used'],
    ['{"default":{"makerBps":0,"takerBps":"2"}}', 'default.makerBps: write fees as text in basis points'],
    ['{"default":{"makerBps":"x","takerBps":"2"}}', 'default.makerBps: “x” is not a number of basis points'],
    ['{"default":{"makerBps":"0","takerBps":"2000"}}', 'default.takerBps: 2000 bps is above the most of 1000'],
    ['{"default":{"makerBps":"-11","takerBps":"2"}}', 'default.makerBps: -11 bps is below the least of -10'],
    ['{"default":{"makerBps":"0"}}', 'default.takerBps'],
    ['{"mtgox":{"makerBps":"0","takerBps":"2"}}', 'mtgox'],
  ])('%s is refused: %s', async (content, reason) => {
    const fees = await read(content);
    expect(fees.ok ? '' : fees.error).toContain(reason);
  });

  test('a file that is not there is named', async () => {
    const fees = await readFeeFile('/no/such/fees.json');
    expect(fees.ok ? '' : fees.error).toContain('the fee file /no/such/fees.json cannot be read');
  });
});

describe('[ID-2] listings of a recording', () => {
  test('have steps from the digits seen, fees from the schedule, and are well formed', async () => {
    const folder = await recording([
      row(0, 'kraken BTC-USD', '100.1,101,99,100.5', '0.30000000000000004'),
      row(0, 'binance BTC-USDT', '100,101,99,100', '5'),
    ]);
    const listings = recordedListings(folder, PUBLISHED_FEES);
    for (const listing of listings) expect(listingSchema.parse(listing)).toEqual(listing);
    expect(listings).toMatchObject([
      { id: 'binance:spot|BTC-USDT', priceTick: '1', lotStep: '1', feeCurrency: 'received', takerFeeBps: '10' },
      { id: 'kraken:spot|BTC-USD', priceTick: '0.1', lotStep: '0.00000001', feeCurrency: 'quote', takerFeeBps: '40' },
    ]);
    expect(listings.every(({ feeSource, status }) => feeSource === 'published' && status === 'normal')).toBe(true);
  });

  test('[ID-3] Coinbase’s USD and USDC names of one coin are one book; without the USD name there is no twin', async () => {
    const rows = ['coinbase BTC-USD', 'coinbase BTC-USDC', 'coinbase ETH-USDC', 'kraken BTC-USDC'];
    const folder = await recording(rows.map((name) => row(0, name, '100,101,99,100')));
    const books = recordedListings(folder, PUBLISHED_FEES).map(({ id, bookId }) => [id, bookId]);
    expect(Object.fromEntries(books)).toEqual({
      'coinbase:spot|BTC-USD': 'coinbase:spot|BTC-USD',
      'coinbase:spot|BTC-USDC': 'coinbase:spot|BTC-USD',
      'coinbase:spot|ETH-USDC': 'coinbase:spot|ETH-USDC',
      'kraken:spot|BTC-USDC': 'kraken:spot|BTC-USDC',
    });
  });
});
