import { Button, Checkbox, HTMLSelect, InputGroup, Switch } from '@blueprintjs/core';
import { zodResolver } from '@hookform/resolvers/zod';
import { useId, useMemo, useState } from 'react';
import { type UseFormReturn, useForm } from 'react-hook-form';
import type { KeyRow } from '#shared/contract/accounts';
import type { Failure } from '#shared/contract/contract';
import type { Account } from '#shared/domain/account';
import { KEY_TERMS } from '#shared/domain/credentials';
import { ENTITIES, entityOf, isTestEntity } from '#shared/domain/entities';
import { VENUE_NAMES, VENUES } from '#shared/domain/ids';
import { Field } from '../../components/field.tsx';
import { FormActions } from '../../components/form-actions.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { useCommand } from '../../components/use-command.ts';
import { type AccountForm, accountFormSchema, accountToForm, kindFor, NEW_ACCOUNT } from './account-form.ts';

type AccountFormReturn = UseFormReturn<AccountForm, unknown, Account>;

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
  const schema = useMemo(() => accountFormSchema(taken), [taken]);
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
  const [spot, perp] = [form.watch('spot'), form.watch('perp')];
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
            onChosen={() => {
              form.setValue('entity', 'global', { shouldDirty: true });
              form.setValue('spotKey', '', { shouldDirty: true });
              form.setValue('perpKey', '', { shouldDirty: true });
            }}
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
            options={ENTITIES[venue].map(({ id: value, name }) => ({ value, label: name }))}
          />
        )}
      </Field>
      <Field label="Mode" help="A live account is read and checked; deals are made on paper in this version.">
        {(id) => (
          <Choice
            id={id}
            form={form}
            name="mode"
            options={[
              { value: 'paper', label: 'Paper' },
              { value: 'live', label: 'Live' },
            ]}
          />
        )}
      </Field>
      <Field label="Products" help="What it is used for." problem={errors.spot?.message}>
        {() => (
          <span className="cb-products">
            <Tick form={form} name="spot" label="Spot" />
            <Tick form={form} name="perp" label="Perpetuals" />
          </span>
        )}
      </Field>
      {spot || (perp && !twoKinds) ? (
        <KeyChoice form={form} name={spot ? 'spotKey' : 'perpKey'} kind={kindFor(venue, 'spot')} keys={keys} />
      ) : null}
      {perp && twoKinds ? <KeyChoice form={form} name="perpKey" kind={kindFor(venue, 'perp')} keys={keys} /> : null}
      <Field
        label="Working inventory"
        help="What deals may sell and spend, e.g. BTC 0.5, USD 20000."
        problem={errors.inventory?.message}
      >
        {(id) => <Text form={form} name="inventory" id={id} />}
      </Field>
      <NumberField
        label="Risk per trade"
        unit="% of equity"
        bounds="0.05 to 2, default 0.5"
        help="Worst planned loss."
        field={form.register('riskPerTradePct')}
        problem={errors.riskPerTradePct?.message}
      />
      <NumberField
        label="Max concurrent"
        unit="deals"
        bounds="1 to 20, default 3"
        help="Open at once."
        field={form.register('maxConcurrent')}
        problem={errors.maxConcurrent?.message}
      />
      <Flag form={form} name="routing" label="Routing" help="The router may choose it." />
      <Flag form={form} name="enabled" label="Enabled" help="Off: disconnected and never traded on." />
      <FormActions
        save="Save account"
        changes={Object.keys(dirtyFields).length}
        problems={Object.keys(errors).length}
        busy={busy}
        failure={failure}
        onDiscard={() => {
          setFailure(null);
          form.reset(start);
        }}
      >
        <Button size="small" text="Close" onClick={onClose} />
      </FormActions>
    </form>
  );
}

function Text({ form, name, id }: { form: AccountFormReturn; name: 'label' | 'inventory'; id: string }) {
  const { ref, ...field } = form.register(name);
  const bad = form.formState.errors[name] !== undefined;
  return (
    <InputGroup
      id={id}
      size="small"
      inputRef={ref}
      autoComplete="off"
      spellCheck={false}
      intent={bad ? 'danger' : 'none'}
      aria-invalid={bad}
      aria-describedby={`${id}-help`}
      {...field}
    />
  );
}

interface ChoiceProps {
  id: string;
  form: AccountFormReturn;
  name: 'venue' | 'entity' | 'mode' | 'spotKey' | 'perpKey';
  options: { value: string; label: string }[];
  disabled?: boolean;
  onChosen?: () => void;
}

function Choice({ id, form, name, options, disabled = false, onChosen }: ChoiceProps) {
  return (
    <HTMLSelect
      id={id}
      iconName="caret-down"
      disabled={disabled}
      value={form.watch(name)}
      options={options}
      onChange={({ currentTarget }) => {
        const chosen = options.find(({ value }) => value === currentTarget.value)?.value;
        if (chosen === undefined) return;
        form.setValue(name, chosen as never, { shouldDirty: true, shouldValidate: true });
        onChosen?.();
      }}
    />
  );
}

/** Keys of one kind that may be chosen; the list says which are missing. */
function KeyChoice({
  form,
  name,
  kind,
  keys,
}: {
  form: AccountFormReturn;
  name: 'spotKey' | 'perpKey';
  kind: KeyRow['kind'];
  keys: readonly KeyRow[];
}) {
  const own = keys.filter((key) => key.kind === kind);
  return (
    <Field
      label={`Key: ${KEY_TERMS[kind].name}`}
      help={own.length === 0 ? 'Add one on the Keys panel.' : 'Without a key nothing is connected.'}
    >
      {(id) => (
        <Choice
          id={id}
          form={form}
          name={name}
          options={[
            { value: '', label: 'none' },
            ...own.map((key) => ({ value: key.id, label: `${key.label} (${key.masked})` })),
          ]}
        />
      )}
    </Field>
  );
}

function Tick({ form, name, label }: { form: AccountFormReturn; name: 'spot' | 'perp'; label: string }) {
  const { ref, ...field } = form.register(name);
  return <Checkbox inline label={label} inputRef={ref} {...field} />;
}

function Flag({
  form,
  name,
  label,
  help,
}: {
  form: AccountFormReturn;
  name: 'routing' | 'enabled';
  label: string;
  help: string;
}) {
  const { ref, ...field } = form.register(name);
  return (
    <div className="cb-field">
      <Switch className="cb-field-switch" label={label} inputRef={ref} {...field} />
      <span className="cb-help">{help}</span>
    </div>
  );
}
