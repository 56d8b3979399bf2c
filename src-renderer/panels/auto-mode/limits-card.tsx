import { zodResolver } from '@hookform/resolvers/zod';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import type { z } from 'zod';
import type { Failure } from '#shared/contract/contract';
import { LIMIT_NAMES, type Limits, limitsSchema } from '#shared/settings/limits';
import type { Settings } from '#shared/settings/settings';
import { Card } from '../../components/card.tsx';
import { FormActions } from '../../components/form-actions.tsx';
import { TwoStepButton } from '../../components/two-step-button.tsx';
import { useCommand } from '../../components/use-command.ts';
import { BudgetMode } from './budget-mode.tsx';
import { useFormDraft } from './form-draft.ts';
import { showFieldFailures } from './form-problems.ts';
import { LIMIT_GROUPS } from './limit-groups.ts';
import { LimitRow } from './limit-row.tsx';

type LimitsForm = z.input<typeof limitsSchema>;

/** RK-3: every limit with its default and hard bounds beside it; refused here by the same schema the engine uses. */
export function LimitsCard({ limits, budgetMode }: { limits: Limits; budgetMode: Settings['budgetMode'] }) {
  const form = useForm<LimitsForm, unknown, LimitsForm>({
    resolver: zodResolver(limitsSchema),
    defaultValues: { ...limits },
    values: { ...limits },
    resetOptions: { keepDirtyValues: true },
    mode: 'onChange',
  });
  useFormDraft('limits', form);
  const { errors, dirtyFields } = form.formState;
  const { run, refuse, busy } = useCommand();
  const [failure, setFailure] = useState<Failure | null>(null);

  const save = form.handleSubmit(
    async (values) => {
      const changed = LIMIT_NAMES.filter((name) => values[name] !== limits[name]);
      if (changed.length > 0) {
        const subset = Object.fromEntries(changed.map((name) => [name, values[name]]));
        const refused = await run('Save limits', 'limits.set', { limits: subset });
        setFailure(refused);
        if (refused !== null) return showFieldFailures(form, refused);
      }
      form.reset(values);
    },
    (problems) => refuse('Save limits', problems),
  );
  const discard = () => {
    setFailure(null);
    form.reset({ ...limits });
  };
  const reset = async () => {
    const refused = await run('Reset limits to defaults', 'limits.reset', {});
    setFailure(refused);
    if (refused === null) form.reset();
  };

  return (
    <Card id="auto-limits" title="Risk limits" className="cb-limits-card">
      <BudgetMode mode={budgetMode} />
      <form onSubmit={save} noValidate aria-label="Risk limits">
        <table className="cb-table cb-limits">
          <caption className="cb-hidden">Limits with their value, default and hard bounds</caption>
          {LIMIT_GROUPS.map(({ title, names }) => (
            <tbody key={title} aria-label={title}>
              <tr className="cb-limit-group">
                <th scope="colgroup">{title}</th>
                <th scope="col">Value</th>
                <th scope="col" className="cb-right">
                  Default
                </th>
                <th scope="col" className="cb-right">
                  Hard bounds
                </th>
              </tr>
              {names.map((name) => (
                <LimitRow
                  key={name}
                  name={name}
                  field={form.register(name)}
                  changed={dirtyFields[name] === true}
                  problem={errors[name]?.message}
                />
              ))}
            </tbody>
          ))}
        </table>
        <FormActions
          save="Save limits"
          changes={Object.keys(dirtyFields).length}
          problems={Object.keys(errors).length}
          busy={busy}
          failure={failure}
          onDiscard={discard}
        >
          <TwoStepButton text="Reset to defaults…" confirm="Reset every limit to its default" onConfirm={reset} />
        </FormActions>
      </form>
    </Card>
  );
}
