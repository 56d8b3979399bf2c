import { Button } from '@blueprintjs/core';
import { useState } from 'react';
import type { KeyRow } from '#shared/contract/accounts';
import type { KeyHealth } from '#shared/domain/account';
import { KEY_TERMS } from '#shared/domain/credentials';
import { entityOf } from '#shared/domain/entities';
import { Card } from '../../components/card.tsx';
import { CommandButton } from '../../components/command-button.tsx';
import { DeleteButton } from '../../components/delete-button.tsx';
import { KeyFindings, KeyVerdicts } from '../../components/key-findings.tsx';
import { Mark } from '../../components/mark.tsx';
import { useCommand } from '../../components/use-command.ts';
import { useAppSelector } from '../../store/hooks.ts';
import { selectKeys } from '../../store/selectors.ts';

/** Every key as it may be seen: what it is for, whether it is sound, who uses it. */
export function KeysCard() {
  const keys = useAppSelector(selectKeys);
  const known = useAppSelector((state) => state.keys.known);
  const [chosen, setChosen] = useState<string | null>(null);
  const shown = keys.find(({ id }) => id === chosen) ?? null;
  return (
    <Card title="Keys" pushed={known}>
      {keys.length === 0 ? (
        <p className="cb-muted">
          {known ? 'No key is kept. Trading on paper needs none.' : 'Unknown until the engine answers.'}
        </p>
      ) : (
        <div className="cb-scroll-x">
          <table className="cb-table">
            <thead>
              <tr>
                <th scope="col">Label</th>
                <th scope="col">Service</th>
                <th scope="col">Key</th>
                <th scope="col">Active</th>
                <th scope="col">Last check</th>
                <th scope="col">Used by</th>
                <th scope="col">
                  <span className="cb-hidden">Change</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {keys.map((row) => (
                <Row
                  key={row.id}
                  row={row}
                  open={row.id === chosen}
                  onOpen={() => setChosen(row.id === chosen ? null : row.id)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {shown === null
        ? null
        : [...shown.health].sort(worstFirst).map((health) => <KeyFindings key={health.feed} health={health} />)}
    </Card>
  );
}

const BADNESS: Readonly<Record<KeyHealth['verdict'], number>> = { refused: 0, unproven: 1, good: 2 };
const worstFirst = (a: KeyHealth, b: KeyHealth): number => BADNESS[a.verdict] - BADNESS[b.verdict];

function Row({ row, open, onOpen }: { row: KeyRow; open: boolean; onOpen: () => void }) {
  const { run } = useCommand();
  const { id, kind, entity, label, active, masked, usedBy, health } = row;
  const here = entityOf(KEY_TERMS[kind].venue, entity);
  return (
    <tr>
      <th scope="row">{label}</th>
      <td>
        {KEY_TERMS[kind].name}
        {here?.test === true ? <Mark tone="warn">TEST: {here.name}</Mark> : null}
      </td>
      <td className="cb-num">{masked}</td>
      <td>
        <Mark tone={active ? 'good' : 'quiet'}>{active ? 'yes' : 'no'}</Mark>
      </td>
      <td>
        <KeyVerdicts health={health} />
      </td>
      <td>{usedBy.length === 0 ? '–' : usedBy.join(', ')}</td>
      <td className="cb-row-actions">
        <Button
          size="small"
          text={open ? 'Hide' : 'Findings'}
          aria-label={`Findings of ${label}`}
          aria-expanded={open}
          onClick={onOpen}
        />
        <CommandButton action={`Check ${label}`} text="Check" name="key.check" input={{ id }} />
        <CommandButton
          action={active ? `Deactivate ${label}` : `Activate ${label}`}
          text={active ? 'Deactivate' : 'Activate'}
          name="key.activate"
          input={{ id, active: !active }}
        />
        <DeleteButton
          what={label}
          id={id}
          dependents="key.dependents"
          onDelete={() => run(`Delete key ${label}`, 'key.delete', { id, confirm: 'DELETE' })}
        />
      </td>
    </tr>
  );
}
