import { Button, FileInput, HTMLSelect, InputGroup } from '@blueprintjs/core';
import { useState } from 'react';
import type { VaultState } from '#shared/contract/accounts';
import type { Failure } from '#shared/contract/contract';
import { type Credentials, KEY_KINDS, KEY_TERMS, type KeyKind } from '#shared/domain/credentials';
import { ENTITIES, feedsAt } from '#shared/domain/entities';
import { Card } from '../../components/card.tsx';
import { NOT_CONNECTED } from '../../components/command-button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Field } from '../../components/field.tsx';
import { useCommand } from '../../components/use-command.ts';
import { useAppSelector } from '../../store/hooks.ts';
import { selectCommandable } from '../../store/selectors.ts';
import { SecretInput } from './secret-input.tsx';

const MOST_FILE_BYTES = 16_384;
const TOO_LARGE: Failure = {
  code: 'out-of-bounds',
  message: 'The file is too large to be a key file.',
  kept: 'It was not read.',
  remedy: 'Choose the file the venue made for this key.',
  fields: [],
};

/**
 * A new key. The venue decides the fields. What is typed is in this form alone and forgotten once it was kept, another
 * service was chosen or the panel was left (SE-1).
 */
export function KeyFormCard({ vault }: { vault: VaultState }) {
  const [kind, setKind] = useState<KeyKind>('binance');
  const [label, setLabel] = useState('');
  const [entity, setEntity] = useState('global');
  const [fields, setFields] = useState<Credentials>({});
  const [failure, setFailure] = useState<Failure | null>(null);
  const [kept, setKept] = useState<string | null>(null);
  const commandable = useAppSelector(selectCommandable);
  const { run, busy } = useCommand();
  const terms = KEY_TERMS[kind];
  const entities = ENTITIES[terms.venue].filter(({ id }) => feedsAt(kind, id).length > 0);
  const closed =
    vault.state === 'open' || (vault.state === 'none' && vault.keychain.usable) ? null : 'Open the vault first.';
  const why = commandable ? closed : NOT_CONNECTED;
  const missing = label.trim() === '' || terms.fields.some(({ name }) => (fields[name] ?? '').trim() === '');
  const problemOf = (path: string) => failure?.fields.find((field) => field.path === path)?.message;

  const done = (refused: Failure | null) => {
    setFailure(refused);
    if (refused !== null) return;
    setKept(`“${label.trim()}” was checked and kept.`);
    setLabel('');
    setFields({});
  };
  const save = async () => {
    setKept(null);
    done(await run(`Save key ${label.trim()}`, 'key.save', { kind, label: label.trim(), entity, fields }));
  };
  const importFile = async (file: File | undefined) => {
    if (file === undefined) return;
    setKept(null);
    const name = label.trim() === '' ? terms.name : label.trim();
    if (file.size > MOST_FILE_BYTES) return setFailure(TOO_LARGE);
    const json = await file.text();
    done(await run(`Import key ${name}`, 'key.import', { kind, label: name, entity, json }));
  };
  return (
    <Card title="Add a key" className="cb-fault">
      {why === null ? null : <p className="cb-tone-warn">{why}</p>}
      <form
        aria-label="New key"
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          if (why === null && !missing && !busy) save();
        }}
      >
        <Field label="Service" help="Decides the fields below.">
          {(id) => (
            <HTMLSelect
              id={id}
              iconName="caret-down"
              value={kind}
              options={KEY_KINDS.map((value) => ({ value, label: KEY_TERMS[value].name }))}
              onChange={({ currentTarget }) => {
                const chosen = KEY_KINDS.find((one) => one === currentTarget.value);
                if (chosen === undefined) return;
                setKind(chosen);
                setEntity('global');
                setFields({});
                setFailure(null);
              }}
            />
          )}
        </Field>
        <Field
          label="Entity"
          help="Where the account was opened; a key works on its own entity's host alone."
          problem={problemOf('entity')}
        >
          {(id) => (
            <HTMLSelect
              id={id}
              iconName="caret-down"
              disabled={entities.length === 1}
              value={entity}
              options={entities.map(({ id: value, name, test }) => ({ value, label: test ? `${name} (TEST)` : name }))}
              onChange={({ currentTarget }) => setEntity(currentTarget.value)}
            />
          )}
        </Field>
        <Field label="Label" help="How you call it." problem={problemOf('label')}>
          {(id) => (
            <InputGroup
              id={id}
              size="small"
              autoComplete="off"
              value={label}
              onValueChange={(text) => setLabel(text.slice(0, 40))}
            />
          )}
        </Field>
        {terms.fields.map(({ name, label: title, secret, lines, hint }) => (
          <Field key={`${kind} ${name}`} label={title} help={hint} problem={problemOf(`fields.${name}`)}>
            {(id) => (
              <SecretInput
                id={id}
                name={`${kind}-${name}`}
                value={fields[name] ?? ''}
                hidden={secret}
                lines={lines}
                problem={problemOf(`fields.${name}`) !== undefined}
                onChange={(text) => setFields((before) => ({ ...before, [name]: text }))}
              />
            )}
          </Field>
        ))}
        <FailureNote failure={failure} />
        {kept === null ? null : <p role="status">{kept}</p>}
        <div className="cb-fault-actions">
          {terms.importsJson ? (
            <FileInput
              size="small"
              text="Import the JSON file…"
              disabled={why !== null || busy}
              inputProps={{
                accept: 'application/json,.json',
                'aria-label': `Import the JSON file of a ${terms.name}`,
                onChange: ({ currentTarget }) => {
                  const [file] = currentTarget.files ?? [];
                  importFile(file).finally(() => {
                    currentTarget.value = '';
                  });
                },
              }}
            />
          ) : null}
          <Button
            type="submit"
            size="small"
            intent="primary"
            text={busy ? 'Checking at the venue…' : 'Check and save'}
            disabled={why !== null || missing || busy}
            title={why ?? (missing ? 'Fill every field.' : 'The venue is asked before anything is kept')}
            aria-busy={busy}
          />
        </div>
      </form>
    </Card>
  );
}
