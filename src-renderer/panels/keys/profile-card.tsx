import { Button, FileInput } from '@blueprintjs/core';
import { useState } from 'react';
import type { VaultState } from '#shared/contract/accounts';
import type { Failure } from '#shared/contract/contract';
import { Card } from '../../components/card.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Field } from '../../components/field.tsx';
import { saveText } from '../../format/save-text.ts';
import { commandReply } from '../../store/commands.ts';
import { useAppDispatch, useAppSelector } from '../../store/hooks.ts';
import { selectCommandable } from '../../store/selectors.ts';
import { SecretInput } from './secret-input.tsx';

const LEAST = 12;

/** Accounts and keys carried to another installation in one encrypted file. */
export function ProfileCard({ vault }: { vault: VaultState }) {
  const dispatch = useAppDispatch();
  const commandable = useAppSelector(selectCommandable);
  const [passphrase, setPassphrase] = useState('');
  const [file, setFile] = useState<File | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [said, setSaid] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const short = passphrase !== '' && passphrase.length < LEAST;
  const ready = commandable && !busy && passphrase.length >= LEAST;

  const during = async (work: () => Promise<void>) => {
    setBusy(true);
    setFailure(null);
    setSaid([]);
    try {
      await work();
    } finally {
      setBusy(false);
      setPassphrase('');
    }
  };
  const exportAll = () =>
    during(async () => {
      const reply = await dispatch(commandReply('Export profile', 'vault.export', { passphrase }));
      if (!reply.ok) return setFailure(reply.error);
      saveText(reply.value.fileName, reply.value.content);
      setSaid([reply.value.text]);
    });
  const importAll = () =>
    during(async () => {
      if (file === null) return;
      const content = await file.text();
      const reply = await dispatch(commandReply('Import profile', 'vault.import', { passphrase, content }));
      if (!reply.ok) return setFailure(reply.error);
      setSaid([reply.value.text, ...reply.value.skipped]);
      setFile(null);
    });
  return (
    <Card title="Profile file" className="cb-fault">
      <p className="cb-muted">Every account and key in one file, encrypted under a passphrase of its own.</p>
      <form aria-label="Profile file" onSubmit={(event) => event.preventDefault()}>
        <Field
          label="Passphrase"
          help={`Of the file, at least ${LEAST} characters.`}
          problem={short ? `At least ${LEAST} characters.` : undefined}
        >
          {(id) => <SecretInput id={id} value={passphrase} onChange={setPassphrase} hidden problem={short} />}
        </Field>
        <Field
          label="File to import"
          help="Keys in it are checked at their venues; accounts come in on paper and disabled, those of a test network as they were."
        >
          {(id) => (
            <FileInput
              id={id}
              size="small"
              fill
              text={file?.name ?? 'Choose…'}
              inputProps={{
                accept: '.json,application/json',
                'aria-label': 'File to import',
                onChange: ({ currentTarget }) => setFile(currentTarget.files?.[0] ?? null),
              }}
            />
          )}
        </Field>
        <FailureNote failure={failure} />
        {said.map((sentence) => (
          <p key={sentence} role="status">
            {sentence}
          </p>
        ))}
        <div className="cb-fault-actions">
          <Button
            size="small"
            text="Import"
            disabled={!ready || file === null || vault.state !== 'open'}
            onClick={importAll}
          />
          <Button size="small" text="Export…" disabled={!ready || vault.state !== 'open'} onClick={exportAll} />
        </div>
      </form>
    </Card>
  );
}
