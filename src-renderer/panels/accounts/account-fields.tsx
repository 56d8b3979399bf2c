import { Checkbox, HTMLSelect, InputGroup, Switch, TextArea } from '@blueprintjs/core';
import type { UseFormReturn } from 'react-hook-form';
import type { KeyRow } from '#shared/contract/accounts';
import type { Account } from '#shared/domain/account';
import { KEY_TERMS } from '#shared/domain/credentials';
import { Field } from '../../components/field.tsx';
import type { AccountForm } from './account-form.ts';

/** The form of an account while it is filled in. */
export type AccountFormReturn = UseFormReturn<AccountForm, unknown, Account>;

export function Lines({ form, name, id }: { form: AccountFormReturn; name: 'inventory'; id: string }) {
  const { ref, ...field } = form.register(name);
  const bad = form.formState.errors[name] !== undefined;
  return (
    <TextArea
      id={id}
      className="cb-lines"
      size="small"
      inputRef={ref}
      rows={Math.min(8, Math.max(2, form.watch(name).split('\n').length))}
      autoComplete="off"
      spellCheck={false}
      intent={bad ? 'danger' : 'none'}
      aria-invalid={bad}
      aria-describedby={`${id}-help`}
      {...field}
    />
  );
}

export function Text({ form, name, id }: { form: AccountFormReturn; name: 'label'; id: string }) {
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
  onChosen?: (value: string) => void;
}

export function Choice({ id, form, name, options, disabled = false, onChosen }: ChoiceProps) {
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
        onChosen?.(chosen);
      }}
    />
  );
}

/** Keys of one kind that may be chosen; the list says which are missing. */
export function KeyChoice({
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
      help={own.length === 0 ? 'Add one of this entity on the Keys panel.' : 'Without a key nothing is connected.'}
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

interface TickProps {
  form: AccountFormReturn;
  name: 'spot' | 'perp';
  label: string;
  disabled: boolean;
}

export function Tick({ form, name, label, disabled }: TickProps) {
  const { ref, ...field } = form.register(name);
  return <Checkbox inline label={label} inputRef={ref} {...field} disabled={disabled} />;
}

export function Flag({
  form,
  name,
  label,
  help,
  disabled = false,
}: {
  form: AccountFormReturn;
  name: 'routing' | 'enabled';
  label: string;
  help: string;
  disabled?: boolean;
}) {
  const { ref, ...field } = form.register(name);
  return (
    <div className="cb-field">
      <Switch className="cb-field-switch" label={label} inputRef={ref} {...field} disabled={disabled} />
      <span className="cb-help">{help}</span>
    </div>
  );
}
