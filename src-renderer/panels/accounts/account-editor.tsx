import { Button } from '@blueprintjs/core';
import { zodResolver } from '@hookform/resolvers/zod';
import { useEffect, useId, useMemo, useState } from 'react';
import { useForm } from 'react-hook-form';
import type { KeyRow } from '#shared/contract/accounts';
import type { Failure } from '#shared/contract/contract';
import type { Account } from '#shared/domain/account';
import { ENTITIES, entityOf, isTestEntity } from '#shared/domain/entities';
import { VENUE_NAMES, VENUES } from '#shared/domain/ids';
import { Field } from '../../components/field.tsx';
import { FormActions } from '../../components/form-actions.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { useCommand } from '../../components/use-command.ts';
import { useAppSelector } from '../../store/hooks.ts';
import { selectRuntime } from '../../store/selectors.ts';
import { Choice, Flag, KeyChoice, Lines, Text, Tick } from './account-fields.tsx';
import {
  type AccountForm,
  accountFormSchema,
  accountToForm,
  allocatedText,
  kindFor,
  NEW_ACCOUNT,
} from './account-form.ts';
import { chooseEntity, entityOption, MODES, TEST_MODE } from './entity-choice.ts';

interface AccountEditorProps {
  /** `null` adds. */
  account: Account | null;
  taken: readonly string[];
  keys: readonly KeyRow[];
  onClose: () => void;
}

/** Adds an account, or changes one; its venue is fixed once saved. */
export function AccountEditor({ account, taken, keys, onClose }: AccountEditorProps) {
  const heading = useId();
  const start = useMemo(() => (account === null ? NEW_ACCOUNT : accountToForm(account)), [account]);
  const runtime = useAppSelector(selectRuntime);
  const allocationKnown = account !== null || (runtime !== null && runtime.inventory.length > 0);
  const schema = useMemo(() => accountFormSchema(taken, allocationKnown), [taken, allocationKnown]);
  const form = useForm<AccountForm, unknown, Account>({
    resolver: zodResolver(schema) as never,
    defaultValues: start,
    mode: 'onChange',
  });
  const { errors, dirtyFields } = form.formState;
  const { run, refuse, busy } = useCommand();
  const [failure, setFailure] = useState<Failure | null>(null);
  const save = form.handleSubmit(
    async (next) => {
      const refused = await run(`Save account ${next.label}`, 'account.save', next);
      setFailure(refused);
      if (refused === null) onClose();
    },
    (problems) => refuse('Save account', problems),
  );
  const venue = form.watch('venue');
  const paper = form.watch('mode') === 'paper';
  const allocated = !paper || runtime === null ? '' : allocatedText(runtime.inventory, venue);
  // A new paper account begins with what is allocated, until somebody typed something else.
  useEffect(() => {
    if (account !== null || form.getFieldState('inventory').isDirty) return;
    form.resetField('inventory', { defaultValue: allocated });
  }, [account, allocated, form]);
  const [spot, perp] = [form.watch('spot'), form.watch('perp')];
  const entity = form.watch('entity');
  const isTest = isTestEntity(venue, entity);
  const offered = entityOf(venue, entity)?.products ?? [];
  const own = keys.filter((key) => key.entity === entity);
  const twoKinds = kindFor(venue, 'spot') !== kindFor(venue, 'perp');
  return (
    <form onSubmit={save} noValidate className="cb-editor" aria-labelledby={heading}>
      <h3 id={heading}>{account === null ? 'New account' : `Account ${account.label}`}</h3>
      <Field label="Label" help="How you call it." problem={errors.label?.message}>
        {(id) => <Text form={form} name="label" id={id} />}
      </Field>
      <Field label="Service" help={account === null ? 'The venue.' : 'Fixed once saved.'}>
        {(id) => (
          <Choice
            id={id}
            form={form}
            name="venue"
            disabled={account !== null}
            options={VENUES.map((value) => ({ value, label: VENUE_NAMES[value] }))}
            onChosen={() => chooseEntity(form, 'global', isTest)}
          />
        )}
      </Field>
      <Field label="Entity" help="Where the account was opened." problem={errors.entity?.message}>
        {(id) => (
          <Choice
            id={id}
            form={form}
            name="entity"
            disabled={ENTITIES[venue].length === 1}
            options={ENTITIES[venue].map(entityOption)}
            onChosen={(chosen) => chooseEntity(form, chosen, isTest)}
          />
        )}
      </Field>
      <Field
        label="Mode"
        help="Paper: paper trading on the venue follows this account. Live: it is read and checked; nothing is traded on it yet."
      >
        {(id) => <Choice id={id} form={form} name="mode" disabled={isTest} options={isTest ? TEST_MODE : MODES} />}
      </Field>
      <Field label="Products" help="What it is used for." problem={errors.spot?.message}>
        {() => (
          <span className="cb-products">
            <Tick form={form} name="spot" label="Spot" disabled={!offered.includes('spot')} />
            <Tick form={form} name="perp" label="Perpetuals" disabled={!offered.includes('perp')} />
          </span>
        )}
      </Field>
      {spot || (perp && !twoKinds) ? (
        <KeyChoice form={form} name={spot ? 'spotKey' : 'perpKey'} kind={kindFor(venue, 'spot')} keys={own} />
      ) : null}
      {perp && twoKinds ? <KeyChoice form={form} name="perpKey" kind={kindFor(venue, 'perp')} keys={own} /> : null}
      <Field
        label="Working inventory"
        help={
          paper
            ? 'What deals on paper may sell and spend, such as BTC 0.5, a line each. Saved and enabled, exactly this is allocated: more is paid in, less leaves as soon as no deal needs it, what is not named goes to 0.'
            : 'What deals may sell and spend once they are traded live, such as BTC 0.5, a line each.'
        }
        problem={errors.inventory?.message}
      >
        {(id) => <Lines form={form} name="inventory" id={id} />}
      </Field>
      <NumberField
        label="Risk per trade"
        unit="% of equity"
        bounds="0.05 to 2, default 0.5"
        help="Worst planned loss of a deal with a leg here: the entry at its worst price, undone at the last step of its rescue."
        field={form.register('riskPerTradePct')}
        problem={errors.riskPerTradePct?.message}
      />
      <NumberField
        label="Max concurrent"
        unit="deals"
        bounds="1 to 20, default 3"
        help="Open deals with a leg here, at once."
        field={form.register('maxConcurrent')}
        problem={errors.maxConcurrent?.message}
      />
      <Flag
        form={form}
        name="routing"
        disabled={isTest}
        label="Routing"
        help="Off: no new deal goes there; open ones are hedged and finished."
      />
      <Flag
        form={form}
        name="enabled"
        label="Enabled"
        help="Off: disconnected; built-in terms hold, and what is allocated stays."
      />
      <FormActions
        save="Save account"
        changes={Object.keys(dirtyFields).length}
        problems={Object.keys(errors).length}
        busy={busy}
        failure={failure}
        onDiscard={() => {
          setFailure(null);
          form.reset(
            account === null ? { ...start, inventory: allocatedText(runtime?.inventory ?? [], start.venue) } : start,
          );
        }}
      >
        <Button size="small" text="Close" onClick={onClose} />
      </FormActions>
    </form>
  );
}
