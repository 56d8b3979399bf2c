import { type Entity, entityOf } from '#shared/domain/entities';
import type { AccountFormReturn } from './account-fields.tsx';
import type { AccountForm } from './account-form.ts';

/** A test network is marked as one wherever it can be chosen. */
export const entityOption = ({ id, name, test }: Entity) => ({ value: id, label: test ? `${name} (TEST)` : name });

export const MODES = [
  { value: 'paper', label: 'Paper' },
  { value: 'live', label: 'Live' },
];
export const TEST_MODE = [{ value: 'live', label: 'TEST' }];

/** A test network has its own keys and products, and nothing is routed to it; who has `left` one begins on paper again. */
export function chooseEntity(form: AccountFormReturn, entity: string, left: boolean): void {
  const venue = form.getValues('venue');
  const set = <N extends keyof AccountForm>(name: N, value: AccountForm[N]) =>
    form.setValue(name, value as never, { shouldDirty: true, shouldValidate: true });
  set('entity', entity);
  set('spotKey', '');
  set('perpKey', '');
  const { test, products } = entityOf(venue, entity) ?? { test: false, products: [] };
  if (test) {
    set('mode', 'live');
    set('routing', false);
    const [only] = products;
    if (only !== undefined && products.length === 1) {
      set('spot', only === 'spot');
      set('perp', only === 'perp');
    }
  } else if (left) {
    set('mode', 'paper');
    set('routing', true);
  }
}
