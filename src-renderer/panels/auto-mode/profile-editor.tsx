import { Button, InputGroup, Radio, RadioGroup, Switch } from '@blueprintjs/core';
import { zodResolver } from '@hookform/resolvers/zod';
import { useId, useMemo, useState } from 'react';
import { Controller, type UseFormReturn, useForm } from 'react-hook-form';
import type { Failure } from '#shared/contract/contract';
import type { Profile } from '#shared/settings/settings';
import { FormActions } from '../../components/form-actions.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { useCommand } from '../../components/use-command.ts';
import { useAppDispatch } from '../../store/hooks.ts';
import { ui } from '../../store/ui.ts';
import { useFormDraft } from './form-draft.ts';
import { showFieldFailures } from './form-problems.ts';
import { NEW_PROFILE, PROFILE_LABELS, type ProfileForm, profileFormSchema, profileToForm } from './profile-form.ts';

type ProfileFormReturn = UseFormReturn<ProfileForm, unknown, Profile>;

/** Adds a profile, or changes one; `null` adds. Its id is fixed once saved: deals carry it. */
export function ProfileEditor({ profile, taken }: { profile: Profile | null; taken: readonly string[] }) {
  const dispatch = useAppDispatch();
  const heading = useId();
  const start = useMemo(() => (profile === null ? NEW_PROFILE : profileToForm(profile)), [profile]);
  const schema = useMemo(() => profileFormSchema(taken), [taken]);
  const form = useForm<ProfileForm, unknown, Profile>({
    resolver: zodResolver(schema),
    defaultValues: start,
    values: start,
    resetOptions: { keepDirtyValues: true },
    mode: 'onChange',
  });
  const draft = `profile ${profile?.id ?? ''}`;
  useFormDraft(draft, form);
  const { errors, dirtyFields } = form.formState;
  const { run, refuse, busy } = useCommand();
  const [failure, setFailure] = useState<Failure | null>(null);

  const close = () => {
    dispatch(ui.draftDropped(draft));
    dispatch(ui.profileFormClosed());
  };
  const save = form.handleSubmit(
    async (next) => {
      const refused = await run(`Save profile ${next.name}`, 'profile.save', next);
      setFailure(refused);
      if (refused === null) close();
      else showFieldFailures(form, refused);
    },
    (problems) => refuse('Save profile', problems),
  );

  return (
    <form onSubmit={save} noValidate className="cb-editor" aria-labelledby={heading}>
      <h3 id={heading}>{profile === null ? 'New profile' : `Profile ${profile.name}`}</h3>
      <div>
        <TextField form={form} name="id" help="1 to 24 of a-z, 0-9 and -." locked={profile !== null} />
        <TextField form={form} name="name" help="1 to 40 characters." locked={false} />
        <div className="cb-field">
          <span>Account</span>
          <span>paper</span>
          <span className="cb-help">The only account so far.</span>
        </div>
        <div className="cb-field">
          <span>Strategy</span>
          <span>Spread divergence</span>
          <span className="cb-help">The only strategy so far.</span>
        </div>
        <PairScope form={form} />
        <NumberField
          label={PROFILE_LABELS.intervalS}
          unit="s"
          bounds="1 to 240, default 5"
          help="Reporting cycle."
          field={form.register('intervalS')}
          problem={errors.intervalS?.message}
        />
        <NumberField
          label={PROFILE_LABELS.maxTradesPerCycle}
          unit=""
          bounds="1 to 20, default 3"
          help="New deals in one cycle."
          field={form.register('maxTradesPerCycle')}
          problem={errors.maxTradesPerCycle?.message}
        />
        <NumberField
          label={PROFILE_LABELS.cooldownS}
          unit="s"
          bounds="0 to 3,600, default 0"
          help="Per symbol, after each deal."
          field={form.register('cooldownS')}
          problem={errors.cooldownS?.message}
        />
        <NumberField
          label={PROFILE_LABELS.dailyStopPct}
          unit="% of equity"
          bounds="0.1 to 10, default 2"
          help="Loss of a day that stops its entries."
          field={form.register('dailyStopPct')}
          problem={errors.dailyStopPct?.message}
        />
        <EnabledSwitch form={form} />
      </div>
      <FormActions
        save="Save profile"
        changes={Object.keys(dirtyFields).length}
        problems={Object.keys(errors).length}
        busy={busy}
        failure={failure}
        onDiscard={() => {
          setFailure(null);
          form.reset(start);
        }}
      >
        <Button size="small" text="Close" onClick={close} />
      </FormActions>
    </form>
  );
}

interface TextFieldProps {
  form: ProfileFormReturn;
  name: 'id' | 'name' | 'pairList';
  help: string;
  locked: boolean;
}

function TextField({ form, name, help, locked }: TextFieldProps) {
  const id = useId();
  const { ref, ...field } = form.register(name);
  const problem = form.formState.errors[name]?.message;
  return (
    <div className="cb-field">
      <label htmlFor={id}>{PROFILE_LABELS[name]}</label>
      <InputGroup
        id={id}
        size="small"
        inputRef={ref}
        readOnly={locked}
        autoComplete="off"
        spellCheck={false}
        intent={problem === undefined ? 'none' : 'danger'}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-help`}
        {...field}
      />
      <span id={`${id}-help`} className={problem === undefined ? 'cb-help' : 'cb-help cb-tone-bad'}>
        {problem ?? (locked ? 'Fixed: deals carry it.' : help)}
      </span>
    </div>
  );
}

function PairScope({ form }: { form: ProfileFormReturn }) {
  const pairs = form.watch('pairs');
  return (
    <>
      <Controller
        control={form.control}
        name="pairs"
        render={({ field }) => (
          <RadioGroup
            inline
            label={PROFILE_LABELS.pairs}
            className="cb-budget"
            selectedValue={field.value}
            onChange={(event) => field.onChange(event.currentTarget.value)}
          >
            <Radio value="all" label="Every base asset" />
            <Radio value="list" label="Only these" />
          </RadioGroup>
        )}
      />
      {pairs === 'list' ? <TextField form={form} name="pairList" help="For example BTC, ETH." locked={false} /> : null}
    </>
  );
}

function EnabledSwitch({ form }: { form: ProfileFormReturn }) {
  const { ref, ...field } = form.register('enabled');
  return (
    <div className="cb-field">
      <Switch className="cb-field-switch" label={PROFILE_LABELS.enabled} inputRef={ref} {...field} />
      <span className="cb-help">Trades only while auto mode runs.</span>
    </div>
  );
}
