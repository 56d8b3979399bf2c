import { Button, Dialog, DialogBody, DialogFooter, FormGroup, InputGroup } from '@blueprintjs/core';
import { useState } from 'react';
import type { Failure } from '#shared/contract/contract';
import { FailureNote } from '../components/failure-note.tsx';
import { useCommand } from '../components/use-command.ts';
import { useAppSelector } from '../store/hooks.ts';
import { selectCommandable } from '../store/selectors.ts';

const WORD = 'RE-ARM';

/** Un-latching is the one press that needs a word typed (UI-5). */
export function RearmDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const [failure, setFailure] = useState<Failure | null>(null);
  const commandable = useAppSelector(selectCommandable);
  const { run, busy } = useCommand();
  const ready = typed === WORD && commandable && !busy;

  const close = () => {
    setTyped('');
    setFailure(null);
    onClose();
  };
  const submit = async () => {
    if (!ready) return;
    const refused = await run('Re-arm', 'kill.rearm', { confirm: WORD });
    setFailure(refused);
    if (refused === null) close();
  };

  return (
    <Dialog isOpen={open} onClose={close} title="Re-arm after the kill switch" autoFocus>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <DialogBody>
          <p>New entries become possible again as soon as auto mode runs and nothing else blocks them.</p>
          <FormGroup label={`Type ${WORD} to confirm`} labelFor="rearm-word">
            <InputGroup
              id="rearm-word"
              autoFocus
              autoComplete="off"
              spellCheck={false}
              value={typed}
              onValueChange={setTyped}
            />
          </FormGroup>
          <FailureNote failure={failure} />
        </DialogBody>
        <DialogFooter
          actions={
            <>
              <Button text="Keep killed" onClick={close} />
              <Button type="submit" intent="danger" text="Re-arm" disabled={!ready} aria-busy={busy} />
            </>
          }
        />
      </form>
    </Dialog>
  );
}
