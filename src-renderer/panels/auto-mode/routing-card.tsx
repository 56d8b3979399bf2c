import { Button, Switch } from '@blueprintjs/core';
import { zodResolver } from '@hookform/resolvers/zod';
import { useState } from 'react';
import { type UseFormReturn, useForm } from 'react-hook-form';
import type { Failure } from '#shared/contract/contract';
import { LIMITS, type LimitName, type Limits } from '#shared/settings/limits';
import type { Routing } from '#shared/settings/settings';
import { Card } from '../../components/card.tsx';
import { FormActions } from '../../components/form-actions.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { useCommand } from '../../components/use-command.ts';
import { plain } from '../../format/numbers.ts';
import { useFormDraft } from './form-draft.ts';
import { showFieldFailures } from './form-problems.ts';
import { ROUTING_LABELS, type RoutingForm, routingFormSchema, routingToForm } from './routing-form.ts';

/** How entries are placed. The two limits that bind routing are shown, and edited, with all the others. */
export function RoutingCard({ routing, limits }: { routing: Routing; limits: Limits }) {
  const form = useForm<RoutingForm, unknown, Routing>({
    resolver: zodResolver(routingFormSchema),
    defaultValues: routingToForm(routing),
    values: routingToForm(routing),
    resetOptions: { keepDirtyValues: true },
    mode: 'onChange',
  });
  useFormDraft('routing', form);
  const { errors, dirtyFields } = form.formState;
  const { run, refuse, busy } = useCommand();
  const [failure, setFailure] = useState<Failure | null>(null);

  const save = form.handleSubmit(
    async (next) => {
      const refused = await run('Save routing policy', 'routing.set', next);
      setFailure(refused);
      if (refused === null) form.reset(routingToForm(next));
      else showFieldFailures(form, refused);
    },
    (problems) => refuse('Save routing policy', problems),
  );

  return (
    <Card id="auto-routing" title="Routing policy">
      <form onSubmit={save} noValidate aria-label="Routing policy">
        <SwitchRow form={form} name="makerFirst" help="Rest first; take only when waiting is expected to cost more." />
        <SwitchRow
          form={form}
          name="failover"
          help="If the chosen venue degrades before the send, take the next safe one."
        />
        <NumberField
          label={ROUTING_LABELS.restingLifetimeS}
          unit="s"
          bounds="1 to 300, default 20"
          help="Longest a resting entry may live."
          field={form.register('restingLifetimeS')}
          problem={errors.restingLifetimeS?.message}
        />
        <NumberField
          label={ROUTING_LABELS.amendsPerMinute}
          unit=""
          bounds="1 to 60, default 20"
          help="Most amendments of one resting entry."
          field={form.register('amendsPerMinute')}
          problem={errors.amendsPerMinute?.message}
        />
        <LimitNote name="maxSlippageBps" limits={limits} />
        <LimitNote name="maxQuoteAgeMs" limits={limits} />
        <FormActions
          save="Save routing policy"
          changes={Object.keys(dirtyFields).length}
          problems={Object.keys(errors).length}
          busy={busy}
          failure={failure}
          onDiscard={() => {
            setFailure(null);
            form.reset(routingToForm(routing));
          }}
        />
      </form>
    </Card>
  );
}

interface SwitchRowProps {
  form: UseFormReturn<RoutingForm, unknown, Routing>;
  name: 'makerFirst' | 'failover';
  help: string;
}

function SwitchRow({ form, name, help }: SwitchRowProps) {
  const { ref, ...field } = form.register(name);
  return (
    <div className="cb-field">
      <Switch className="cb-field-switch" label={ROUTING_LABELS[name]} inputRef={ref} {...field} />
      <span className="cb-help">{help}</span>
    </div>
  );
}

function LimitNote({ name, limits }: { name: LimitName; limits: Limits }) {
  const spec = LIMITS[name];
  return (
    <div className="cb-field">
      <span>{spec.label}</span>
      <span className="cb-num">
        {plain(limits[name])} <span className="cb-unit">{spec.unit}</span>
      </span>
      <span className="cb-help">
        A risk limit.{' '}
        <Button variant="minimal" size="small" onClick={() => document.getElementsByName(name)[0]?.focus()}>
          Edit<span className="cb-hidden"> {spec.label}</span> in Risk limits
        </Button>
      </span>
    </div>
  );
}
