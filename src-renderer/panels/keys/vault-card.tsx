import { Button } from '@blueprintjs/core';
import { useState } from 'react';
import type { VaultState } from '#shared/contract/accounts';
import type { Failure } from '#shared/contract/contract';
import { Card } from '../../components/card.tsx';
import { CommandButton } from '../../components/command-button.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Field } from '../../components/field.tsx';
import { Mark, type Tone } from '../../components/mark.tsx';
import { useCommand } from '../../components/use-command.ts';
import { useAppSelector } from '../../store/hooks.ts';
import { selectCommandable } from '../../store/selectors.ts';
import { SecretInput } from './secret-input.tsx';

const STATES: Readonly<Record<VaultState['state'], { tone: Tone; word: string }>> = {
  none: { tone: 'quiet', word: 'empty' },
  locked: { tone: 'warn', word: 'locked' },
  open: { tone: 'good', word: 'open' },
  damaged: { tone: 'bad', word: 'cannot be opened' },
};
const LEAST = 12;

/** Where the secrets lie, and the passphrase that opens it where there is no keychain. */
export function VaultCard({ vault }: { vault: VaultState }) {
  const { tone, word } = STATES[vault.state];
  return (
    <Card
      title="Vault"
      aside={
        vault.state === 'open' ? (
          <CommandButton action="Lock the vault" text="Lock" name="vault.lock" input={{}} />
        ) : null
      }
    >
      <Facts label="Vault">
        <Fact name="State">
          <Mark tone={tone}>{word}</Mark>
        </Fact>
        <Fact name="Encrypted by">
          {vault.sealedBy === null ? '–' : vault.sealedBy === 'keychain' ? 'system keychain' : 'passphrase'}
        </Fact>
        <Fact name="System keychain">{vault.keychain.usable ? 'usable' : `not used: ${vault.keychain.reason}`}</Fact>
      </Facts>
      <p className={vault.state === 'damaged' ? 'cb-tone-bad' : 'cb-muted'}>{vault.note}</p>
      {vault.staying.map((sentence) => (
        <p key={sentence} className="cb-tone-warn">
          {sentence}
        </p>
      ))}
      {vault.state === 'locked' ? <PassphraseForm key="open" mode="open" /> : null}
      {vault.state === 'none' && !vault.keychain.usable ? <PassphraseForm key="choose" mode="choose" /> : null}
      {vault.state === 'open' ? <PassphraseForm key="change" mode="change" /> : null}
      {vault.state === 'open' && vault.sealedBy === 'passphrase' && vault.keychain.usable ? (
        <CommandButton action="Let the keychain open the vault" name="vault.reseal" input={{ to: 'keychain' }} />
      ) : null}
    </Card>
  );
}

const TEXTS = {
  open: { name: 'Open the vault', button: 'Open', help: 'The one it was closed with.' },
  choose: {
    name: 'Choose the passphrase',
    button: 'Choose',
    help: `At least ${LEAST} characters. Nobody can recover it.`,
  },
  change: { name: 'Change the passphrase', button: 'Encrypt anew', help: 'Everything is encrypted again under it.' },
} as const;

function PassphraseForm({ mode }: { mode: keyof typeof TEXTS }) {
  const [typed, setTyped] = useState('');
  const [again, setAgain] = useState('');
  const [failure, setFailure] = useState<Failure | null>(null);
  const commandable = useAppSelector(selectCommandable);
  const { run, busy } = useCommand();
  const { name, button, help } = TEXTS[mode];
  const short = typed !== '' && typed.length < LEAST;
  const differs = mode !== 'open' && again !== '' && again !== typed;
  const ready = typed.length >= LEAST && (mode === 'open' || again === typed);
  const submit = async () => {
    const passphrase = typed;
    const refused =
      mode === 'change'
        ? await run(name, 'vault.reseal', { to: 'passphrase', passphrase })
        : await run(name, 'vault.open', { passphrase });
    setFailure(refused);
    setTyped('');
    setAgain('');
  };
  return (
    <form
      aria-label={name}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && commandable && !busy) submit();
      }}
    >
      <Field
        label={mode === 'open' ? 'Passphrase' : 'New passphrase'}
        help={help}
        problem={short ? `At least ${LEAST} characters.` : undefined}
      >
        {(id) => <SecretInput id={id} value={typed} onChange={setTyped} hidden problem={short} />}
      </Field>
      {mode === 'open' ? null : (
        <Field label="Once more" help="The same again." problem={differs ? 'Not the same.' : undefined}>
          {(id) => <SecretInput id={id} value={again} onChange={setAgain} hidden problem={differs} />}
        </Field>
      )}
      <FailureNote failure={failure} />
      <div className="cb-fault-actions">
        <Button
          type="submit"
          size="small"
          intent={mode === 'change' ? 'none' : 'primary'}
          text={button}
          disabled={!ready || !commandable}
          aria-busy={busy}
        />
      </div>
    </form>
  );
}
