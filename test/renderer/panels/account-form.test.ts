import { describe, expect, it } from 'vitest';
import type { Account } from '#shared/domain/account';
import { VENUES } from '#shared/domain/ids';
import {
  type AccountForm,
  accountFormSchema,
  accountToForm,
  allocatedText,
  idOf,
  kindFor,
  NEW_ACCOUNT,
} from '../../../src-renderer/panels/accounts/account-form.ts';

const form: AccountForm = { ...NEW_ACCOUNT, label: 'Main', inventory: 'BTC 0.5, USD 20000' };
const read = (changes: Partial<AccountForm> = {}, taken: readonly string[] = []) =>
  accountFormSchema(taken).safeParse({ ...form, ...changes });
const saved = (changes: Partial<AccountForm> = {}): Account => {
  const result = read(changes);
  if (!result.success) throw new Error(JSON.stringify(result.error.issues));
  return result.data;
};
const problems = (changes: Partial<AccountForm>, taken: readonly string[] = []) =>
  Object.fromEntries((read(changes, taken).error?.issues ?? []).map(({ path, message }) => [String(path[0]), message]));

describe('account form', () => {
  it('[AC-1] a new account is paper, spot only, without a key, with the default risk', () => {
    expect(saved()).toEqual({
      id: 'main',
      label: 'Main',
      venue: 'binance',
      mode: 'paper',
      entity: 'global',
      products: ['spot'],
      routing: true,
      enabled: true,
      riskPerTradePct: '0.5',
      maxConcurrent: 3,
      inventory: [
        { currency: 'BTC', quantity: '0.5' },
        { currency: 'USD', quantity: '20000' },
      ],
      keys: { binance: null },
    });
  });

  it('gives back what it was made from, on every venue and choice of products', () => {
    for (const venue of VENUES) {
      for (const products of [['spot'], ['perp'], ['spot', 'perp']] as const) {
        const keys = Object.fromEntries(products.map((product) => [kindFor(venue, product), `key-${product}`]));
        const account: Account = { ...saved(), id: 'an-id', venue, products: [...products], keys, mode: 'live' };
        expect(accountFormSchema(['an-id']).parse(accountToForm(account)), `${venue} ${products}`).toEqual(account);
      }
    }
  });

  it('Kraken has a key for each product, the others one for both', () => {
    const both = { spot: true, perp: true, spotKey: 's', perpKey: 'p' };
    expect(saved({ ...both, venue: 'kraken' }).keys).toEqual({ kraken: 's', 'kraken-futures': 'p' });
    expect(saved({ ...both, venue: 'okx' }).keys).toEqual({ okx: 's' });
    expect(saved({ venue: 'okx', spot: false, perp: true, perpKey: 'p' }).keys).toEqual({ okx: 'p' });
    expect(saved({ venue: 'kraken', perpKey: 'p' }).keys).toEqual({ kraken: null });
  });

  it('an unreadable mode means paper', () => {
    expect(saved({ mode: 'LIVE!' }).mode).toBe('paper');
    expect(saved({ mode: 'live' }).mode).toBe('live');
  });

  it('[IN-1] working inventory is read by currency, and what cannot be read is said beside the field', () => {
    expect(saved({ inventory: ' btc 1 ;usd 2.50\n' }).inventory).toEqual([
      { currency: 'BTC', quantity: '1' },
      { currency: 'USD', quantity: '2.50' },
    ]);
    expect(saved({ inventory: '' }).inventory).toEqual([]);
    for (const inventory of ['BTC', 'BTC -1', '0.5 BTC', 'BTC 1,5', 'BTC 1e3', 'B/T 1']) {
      expect(problems({ inventory }), inventory).toHaveProperty('inventory');
    }
    expect(problems({ inventory: 'BTC one' }).inventory).toBe('“BTC one” does not read like BTC 0.5.');
  });

  it('[RK-3] an inventory over its hard bound is refused beside the field, with the bound', () => {
    expect(problems({ inventory: 'USD 100000000.01' }).inventory).toBe(
      'USD: 100000000.01 is above the hard maximum of 100000000.',
    );
    expect(problems({ inventory: 'PEPE 10000000000001' }).inventory).toBe(
      'PEPE: 10000000000001 is above the hard maximum of 10000000000000.',
    );
    expect(saved({ inventory: 'USD 100000000, PEPE 10000000000000' }).inventory).toHaveLength(2);
  });

  it('[IN-1] [FCL] while nobody knows what is allocated, an empty inventory is no wish to have nothing', () => {
    const unknown = (changes: Partial<AccountForm>) => {
      const issues = accountFormSchema([], false).safeParse({ ...form, ...changes }).error?.issues ?? [];
      return issues.map(({ path, message }) => `${String(path[0])}: ${message}`);
    };
    expect(unknown({ inventory: ' \n' })).toEqual([
      'inventory: What is allocated is not known yet; it appears here as soon as it is. Save then, or name what to use.',
    ]);
    // What is named is meant, and nothing follows an account that is live or disabled.
    expect(unknown({ inventory: 'BTC 1' })).toEqual([]);
    expect(unknown({ inventory: '', enabled: false })).toEqual([]);
    expect(unknown({ inventory: '', mode: 'live' })).toEqual([]);
    expect(saved({ inventory: '' }).inventory).toEqual([]);
  });

  it('[IN-1] a new paper account begins with what is allocated on its venue now, and saves exactly that', () => {
    const line = (venue: 'kraken' | 'okx', currency: string, target: string) => {
      return { venue, currency, target, quantity: '9', available: '9', drift: '0' };
    };
    const inventory = [
      line('kraken', 'BTC', '0.06666666'),
      line('okx', 'BTC', '3'),
      line('kraken', 'USD', '10000'),
      line('kraken', 'SOL', '0'),
    ];
    expect(allocatedText(inventory, 'kraken')).toBe('BTC 0.06666666\nUSD 10000');
    expect(allocatedText(inventory, 'bybit')).toBe('');
    expect(saved({ venue: 'kraken', inventory: allocatedText(inventory, 'kraken') }).inventory).toEqual([
      { currency: 'BTC', quantity: '0.06666666' },
      { currency: 'USD', quantity: '10000' },
    ]);
  });

  it('the label makes the id, and two that make the same one are refused', () => {
    expect(idOf(' Kraken, main (2) ')).toBe('kraken-main-2');
    expect(idOf('é')).toBe('');
    expect(problems({ label: 'MAIN' }, ['main'])).toHaveProperty('label');
    expect(problems({ label: '!!' })).toHaveProperty('label');
    expect(problems({ label: 'x'.repeat(41) })).toHaveProperty('label');
    // The id stays when an account is called otherwise.
    expect(saved({ id: 'main', label: 'Another name' }).id).toBe('main');
  });

  it('[RK-3] takes the bounds written beside the fields and names them beyond', () => {
    for (const [riskPerTradePct, maxConcurrent] of [
      ['0.05', '1'],
      ['2', '20'],
    ] as const) {
      expect(read({ riskPerTradePct, maxConcurrent }).success).toBe(true);
    }
    expect(problems({ riskPerTradePct: '2.01' }).riskPerTradePct).toBe('A number from 0.05 to 2.');
    for (const riskPerTradePct of ['0.04', '', 'half', '0,5']) {
      expect(problems({ riskPerTradePct }), riskPerTradePct).toHaveProperty('riskPerTradePct');
    }
    for (const maxConcurrent of ['0', '21', '2.5', '', 'three']) {
      expect(problems({ maxConcurrent }).maxConcurrent, maxConcurrent).toBe('A whole number from 1 to 20.');
    }
  });

  it('without a product nothing is saved', () => {
    expect(problems({ spot: false, perp: false }).spot).toBe('Choose spot, perpetuals or both.');
  });
});
