import { Button, HTMLSelect, InputGroup } from '@blueprintjs/core';
import { type ReactNode, useId, useState } from 'react';
import type { Failure } from '#shared/contract/contract';
import { FEEDS, feedName } from '#shared/domain/ids';
import {
  FAULT_NAMES,
  faultTerms,
  MARKET_FAULTS,
  NOTICE_FAULTS,
  ORDER_FAULTS,
  type PracticeState,
} from '#shared/domain/practice';
import { Card } from '../../components/card.tsx';
import { NOT_CONNECTED } from '../../components/command-button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { useCommand } from '../../components/use-command.ts';
import { useAppSelector } from '../../store/hooks.ts';
import { selectCommandable } from '../../store/selectors.ts';
import { type FaultForm, faultCommand, unavailable } from './fault-form.ts';

const GROUPS = [
  { label: 'Market data', faults: MARKET_FAULTS },
  { label: 'Announcements', faults: NOTICE_FAULTS },
  { label: 'Orders and accounts', faults: ORDER_FAULTS },
];
const FIRST: FaultForm = { feed: 'binance:spot', fault: 'silence', amount: '', instrument: '' };

/** PP-3: one thing made to go wrong on one feed. */
export function FaultCard({ practice }: { practice: PracticeState }) {
  const [form, setForm] = useState(FIRST);
  const [failure, setFailure] = useState<Failure | null>(null);
  const commandable = useAppSelector(selectCommandable);
  const { run, refuse, busy } = useCommand();
  const why = unavailable(practice) ?? (commandable ? null : NOT_CONNECTED);
  const terms = faultTerms(form.fault);
  const instruments = practice.feeds.find(({ feed }) => feed === form.feed)?.instruments ?? [];
  const feeds = FEEDS.filter((feed) => practice.feeds.length === 0 || practice.feeds.some((one) => one.feed === feed));
  const command = faultCommand(form);
  const problem = command.ok ? null : command.error;
  const action = terms.kind === 'once' ? 'Do it once' : 'Switch on';
  const change = (part: Partial<FaultForm>) => {
    setForm((before) => ({ ...before, ...part }));
    setFailure(null);
  };
  const submit = async () => {
    const name = `${action}: ${form.fault} on ${feedName(form.feed)}`;
    if (command.ok) setFailure(await run(name, 'practice.fault', command.value));
    else refuse(name, [command.error]);
  };
  return (
    <Card title="Make something go wrong" className="cb-fault">
      {why === null ? null : <p className="cb-tone-warn">{why}</p>}
      <form
        aria-label="Fault"
        onSubmit={(event) => {
          event.preventDefault();
          if (why === null && !busy) submit();
        }}
      >
        <Field label="Feed" help="Where it happens; every other feed goes on as it was.">
          {(id) => (
            <HTMLSelect
              id={id}
              iconName="caret-down"
              disabled={why !== null}
              value={form.feed}
              options={feeds.map((feed) => ({ value: feed, label: feedName(feed) }))}
              onChange={({ currentTarget }) => {
                const feed = feeds.find((one) => one === currentTarget.value);
                if (feed !== undefined) change({ feed, instrument: '' });
              }}
            />
          )}
        </Field>
        <Field label="Fault" help={`${terms.text}.`}>
          {(id) => (
            <HTMLSelect
              id={id}
              iconName="caret-down"
              disabled={why !== null}
              value={form.fault}
              onChange={({ currentTarget }) => {
                const fault = FAULT_NAMES.find((one) => one === currentTarget.value);
                if (fault !== undefined) change({ fault, amount: '', instrument: '' });
              }}
            >
              {GROUPS.map(({ label, faults }) => (
                <optgroup key={label} label={label}>
                  {faults.map((fault) => (
                    <option key={fault} value={fault}>
                      {fault}
                    </option>
                  ))}
                </optgroup>
              ))}
            </HTMLSelect>
          )}
        </Field>
        {terms.amount === null ? null : (
          <Field
            label="Amount"
            help={problem ?? `Left empty: ${terms.amount} ${terms.unit ?? ''}.`}
            bad={problem !== null}
          >
            {(id) => (
              <span className="cb-limit-value">
                <InputGroup
                  id={id}
                  size="small"
                  inputMode="decimal"
                  autoComplete="off"
                  disabled={why !== null}
                  placeholder={String(terms.amount)}
                  value={form.amount}
                  intent={problem === null ? 'none' : 'danger'}
                  aria-invalid={problem !== null}
                  aria-describedby={`${id}-help`}
                  onValueChange={(amount) => change({ amount: amount.slice(0, 12) })}
                />
                <span className="cb-unit">{terms.unit}</span>
              </span>
            )}
          </Field>
        )}
        {terms.instrument === undefined ? null : (
          <Field label="Instrument" help="The one of the feed it happens to.">
            {(id) => (
              <HTMLSelect
                id={id}
                iconName="caret-down"
                disabled={why !== null || instruments.length === 0}
                value={form.instrument === '' ? (instruments[0] ?? '') : form.instrument}
                options={instruments.map((value) => ({ value }))}
                onChange={({ currentTarget }) => change({ instrument: currentTarget.value })}
              />
            )}
          </Field>
        )}
        <FailureNote failure={failure} />
        <div className="cb-fault-actions">
          <Button
            type="submit"
            intent="primary"
            text={action}
            disabled={why !== null || problem !== null}
            title={why ?? problem ?? `${form.fault} on ${feedName(form.feed)}`}
            aria-busy={busy}
          />
        </div>
      </form>
    </Card>
  );
}

interface FieldProps {
  label: string;
  help: string;
  bad?: boolean;
  children: (id: string) => ReactNode;
}

function Field({ label, help, bad = false, children }: FieldProps) {
  const id = useId();
  return (
    <div className="cb-field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
      <span id={`${id}-help`} className={bad ? 'cb-help cb-tone-bad' : 'cb-help'}>
        {help}
      </span>
    </div>
  );
}
