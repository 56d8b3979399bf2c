import { Button, HTMLSelect, Switch } from '@blueprintjs/core';
import { zodResolver } from '@hookform/resolvers/zod';
import { useId, useState } from 'react';
import { type UseFormReturn, useForm } from 'react-hook-form';
import type { Failure } from '#shared/contract/contract';
import { VENUE_NAMES, VENUES } from '#shared/domain/ids';
import type { VenueStack } from '#shared/settings/settings';
import { Card } from '../../components/card.tsx';
import { FormActions } from '../../components/form-actions.tsx';
import { useCommand } from '../../components/use-command.ts';
import { useAppSelector } from '../../store/hooks.ts';
import { selectRuntime } from '../../store/selectors.ts';
import { useFormDraft } from './form-draft.ts';
import { showFieldFailures } from './form-problems.ts';
import { ROLES, type Role, type StackForm, stackFormSchema, stackToForm } from './stack-form.ts';

const ROLE_NAMES: Readonly<Record<Role, string>> = {
  anchor: 'Anchor venue',
  derivatives: 'Derivatives venue',
  divergence: 'Divergence venue',
};

/** RO-5: roles weigh the choice of legs; a disabled venue is read for reference at most and never traded. */
export function StackCard({ stack }: { stack: VenueStack }) {
  const form = useForm<StackForm, unknown, VenueStack>({
    resolver: zodResolver(stackFormSchema),
    defaultValues: stackToForm(stack),
    values: stackToForm(stack),
    resetOptions: { keepDirtyValues: true },
  });
  useFormDraft('stack', form);
  const { dirtyFields, errors } = form.formState;
  const proposal = useAppSelector((state) => selectRuntime(state)?.stackProposal ?? null);
  const { run, refuse, busy } = useCommand();
  const [failure, setFailure] = useState<Failure | null>(null);

  const save = form.handleSubmit(
    async (next) => {
      const refused = await run('Save venue stack', 'stack.set', next);
      setFailure(refused);
      if (refused === null) form.reset(stackToForm(next));
      else showFieldFailures(form, refused);
    },
    (problems) => refuse('Save venue stack', problems),
  );
  const propose = () => {
    for (const { role, venue } of proposal ?? []) {
      if (venue !== null) form.setValue(role, venue, { shouldDirty: true });
    }
  };

  return (
    <Card
      id="auto-stack"
      title="Venue stack"
      aside={
        <Button
          size="small"
          text="Use proposal"
          disabled={proposal === null}
          title="Fills in the engine’s proposal; nothing is saved yet"
          onClick={propose}
        />
      }
    >
      <form onSubmit={save} noValidate aria-label="Venue stack">
        {ROLES.map((role) => (
          <RoleRow key={role} role={role} form={form} proposal={proposal?.find((row) => row.role === role) ?? null} />
        ))}
        <fieldset className="cb-venue-switches">
          <legend>Trade on</legend>
          {VENUES.map((venue) => (
            <Switch key={venue} label={VENUE_NAMES[venue]} inline {...switchProps(form, venue)} />
          ))}
        </fieldset>
        <FormActions
          save="Save venue stack"
          changes={Object.keys(dirtyFields).length}
          problems={Object.keys(errors).length}
          busy={busy}
          failure={failure}
          onDiscard={() => {
            setFailure(null);
            form.reset(stackToForm(stack));
          }}
        />
      </form>
    </Card>
  );
}

type StackFormReturn = UseFormReturn<StackForm, unknown, VenueStack>;

function switchProps(form: StackFormReturn, venue: (typeof VENUES)[number]) {
  const { ref, ...field } = form.register(venue);
  return { inputRef: ref, ...field };
}

interface RoleRowProps {
  role: Role;
  form: StackFormReturn;
  proposal: { venue: (typeof VENUES)[number] | null; reason: string } | null;
}

function RoleRow({ role, form, proposal }: RoleRowProps) {
  const id = useId();
  return (
    <div className="cb-field">
      <label htmlFor={id}>{ROLE_NAMES[role]}</label>
      <HTMLSelect id={id} iconName="caret-down" aria-describedby={`${id}-proposal`} {...form.register(role)}>
        <option value="">not chosen</option>
        {VENUES.map((venue) => (
          <option key={venue} value={venue}>
            {VENUE_NAMES[venue]}
          </option>
        ))}
      </HTMLSelect>
      <span id={`${id}-proposal`} className="cb-help">
        {proposalText(proposal)}
      </span>
    </div>
  );
}

/** The engine's reason begins with the venue's name. */
function proposalText(proposal: RoleRowProps['proposal']): string {
  if (proposal === null) return 'No proposal was told yet.';
  return proposal.venue === null ? `None proposed. ${proposal.reason}` : `Proposed: ${proposal.reason}`;
}
