import { z } from 'zod';
import type { Runtime } from '#shared/contract/rows';
import { type Account, accountSchema } from '#shared/domain/account';
import { type KeyKind, keyKindOf } from '#shared/domain/credentials';
import { entityOf } from '#shared/domain/entities';
import { feedId, PRODUCTS, type Venue } from '#shared/domain/ids';

/** An account as typed; the keys by product. */
export interface AccountForm {
  id: string;
  label: string;
  venue: Venue;
  mode: string;
  entity: string;
  spot: boolean;
  perp: boolean;
  routing: boolean;
  enabled: boolean;
  riskPerTradePct: string;
  maxConcurrent: string;
  /** `BTC 0.5`, a line or a comma between two. */
  inventory: string;
  spotKey: string;
  perpKey: string;
}

export const NEW_ACCOUNT: AccountForm = {
  id: '',
  label: '',
  venue: 'binance',
  mode: 'paper',
  entity: 'global',
  spot: true,
  perp: false,
  routing: true,
  enabled: true,
  riskPerTradePct: '0.5',
  maxConcurrent: '3',
  inventory: '',
  spotKey: '',
  perpKey: '',
};

export const kindFor = (venue: Venue, product: 'spot' | 'perp'): KeyKind => keyKindOf(feedId(venue, product));

export function accountToForm(account: Account): AccountForm {
  const { id, label, venue, mode, entity, products, routing, enabled, riskPerTradePct, maxConcurrent } = account;
  return {
    id,
    label,
    venue,
    mode,
    entity,
    spot: products.includes('spot'),
    perp: products.includes('perp'),
    routing,
    enabled,
    riskPerTradePct,
    maxConcurrent: String(maxConcurrent),
    inventory: inventoryText(account.inventory),
    spotKey: account.keys[kindFor(venue, 'spot')] ?? '',
    perpKey: account.keys[kindFor(venue, 'perp')] ?? '',
  };
}

const inventoryText = (lines: Account['inventory']): string =>
  lines.map(({ currency, quantity }) => `${currency} ${quantity}`).join('\n');

/** IN-1: what is allocated on a venue now, as a new paper account there begins with it. */
export const allocatedText = (inventory: Runtime['inventory'], venue: Venue): string =>
  inventoryText(
    inventory
      .filter((line) => line.venue === venue && Number(line.target) > 0)
      .map(({ currency, target }) => ({ currency, quantity: target })),
  );

/** `Kraken main 2` → `kraken-main-2`. */
export const idOf = (label: string): string =>
  label
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 32);

const FIELD_OF: Readonly<Record<string, keyof AccountForm>> = { products: 'spot', id: 'label' };

/**
 * Reads the form by the account's own schema. `taken` are ids a new account may not have. `allocationKnown`: whether the
 * form of a new account could show what is allocated; while it could not, an inventory left empty is not meant.
 */
export const accountFormSchema = (taken: readonly string[], allocationKnown = true) =>
  z.custom<AccountForm>().transform((form, context): Account => {
    const fail = (path: keyof AccountForm, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    const id = form.id === '' ? idOf(form.label) : form.id;
    if (form.id === '' && taken.includes(id)) fail('label', 'Another account has a label like it.');
    const inventory: { currency: string; quantity: string }[] = [];
    for (const part of form.inventory.split(/[,;\n]+/).map((text) => text.trim())) {
      if (part === '') continue;
      const [, currency, quantity] = /^([A-Za-z0-9]{1,20})\s+(\d+(?:\.\d+)?)$/.exec(part) ?? [];
      if (currency === undefined || quantity === undefined) fail('inventory', `“${part}” does not read like BTC 0.5.`);
      else inventory.push({ currency: currency.toUpperCase(), quantity });
    }
    if (!allocationKnown && form.mode === 'paper' && form.enabled && form.inventory.trim() === '') {
      fail(
        'inventory',
        'What is allocated is not known yet; it appears here as soon as it is. Save then, or name what to use.',
      );
    }
    const keys: Account['keys'] = {};
    if (form.spot) keys[kindFor(form.venue, 'spot')] = form.spotKey === '' ? null : form.spotKey;
    if (form.perp && (kindFor(form.venue, 'perp') !== kindFor(form.venue, 'spot') || !form.spot)) {
      keys[kindFor(form.venue, 'perp')] = form.perpKey === '' ? null : form.perpKey;
    }
    const read = accountSchema.safeParse({
      id,
      label: form.label,
      venue: form.venue,
      mode: form.mode,
      entity: form.entity,
      products: PRODUCTS.filter((product) => form[product]),
      routing: form.routing,
      enabled: form.enabled,
      riskPerTradePct: form.riskPerTradePct.trim(),
      maxConcurrent: /^\d{1,3}$/.test(form.maxConcurrent.trim()) ? Number(form.maxConcurrent) : Number.NaN,
      inventory,
      keys,
    });
    if (read.success) {
      const here = entityOf(form.venue, form.entity);
      const missing = read.data.products.filter((product) => here?.products.includes(product) !== true);
      if (missing.length === 0) return read.data;
      fail('spot', `“${here?.name ?? form.entity}” has no ${missing.join(' and no ')}.`);
      return z.NEVER;
    }
    for (const { path, message } of read.error.issues) {
      const name = String(path[0]);
      fail(FIELD_OF[name] ?? (name in form ? (name as keyof AccountForm) : 'label'), words(name, message));
    }
    return z.NEVER;
  });

const WORDS: Readonly<Record<string, string>> = {
  id: 'Use at least one letter from a to z or digit.',
  label: 'Give it a label of 1 to 40 characters.',
  products: 'Choose spot, perpetuals or both.',
  riskPerTradePct: 'A number from 0.05 to 2.',
  maxConcurrent: 'A whole number from 1 to 20.',
};
const words = (name: string, message: string): string => WORDS[name] ?? message;
