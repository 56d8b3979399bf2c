import { HTMLSelect } from '@blueprintjs/core';
import { useState } from 'react';
import { KEY_KINDS, KEY_TERMS, type KeyKind } from '#shared/domain/credentials';
import { Card } from '../../components/card.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { usePolled } from '../../components/use-polled.ts';

/** They never change while the practice venues run. */
const LOOK_EVERY_MS = 60_000;

/** Keys to try the Keys panel with. They open this machine's practice venues and nothing else. */
export function PracticeKeysCard() {
  const [kind, setKind] = useState<KeyKind>('binance');
  const { data, failure } = usePolled('practice.keys', {}, LOOK_EVERY_MS);
  const rows = (data ?? []).filter((row) => row.kind === kind);
  const { fields } = KEY_TERMS[kind];
  return (
    <Card
      title="Practice keys"
      aside={
        <HTMLSelect
          aria-label="Service of the practice keys"
          iconName="caret-down"
          value={kind}
          options={KEY_KINDS.map((value) => ({ value, label: KEY_TERMS[value].name }))}
          onChange={({ currentTarget }) => {
            const chosen = KEY_KINDS.find((one) => one === currentTarget.value);
            if (chosen !== undefined) setKind(chosen);
          }}
        />
      }
    >
      <p className="cb-muted">
        Copy one into the Keys panel. They open the practice venues of this machine and nothing else.
      </p>
      <FailureNote failure={failure} />
      {data !== null && rows.length === 0 ? (
        <p className="cb-muted">The venues are the real ones: they hand out no keys here.</p>
      ) : null}
      {rows.map((row) => (
        <details key={`${kind} ${row.name}`} className="cb-practice-key">
          <summary>
            <strong>{row.name}</strong> {row.text}
          </summary>
          <dl className="cb-facts">
            {fields.map(({ name, label }) => (
              <div key={name}>
                <dt>{label}</dt>
                <dd className="cb-wrap cb-key-text">{row.fields[name] ?? ''}</dd>
              </div>
            ))}
          </dl>
        </details>
      ))}
    </Card>
  );
}
