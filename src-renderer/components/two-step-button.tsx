import { Button, ButtonGroup, type ButtonProps } from '@blueprintjs/core';
import { useEffect, useRef, useState } from 'react';
import { useAppSelector } from '../store/hooks.ts';
import { selectCommandable } from '../store/selectors.ts';
import { NOT_CONNECTED } from './command-button.tsx';

/** The second press of a double click is not a confirmation. */
const SETTLE_MS = 600;
const GIVE_UP_MS = 10_000;

interface TwoStepButtonProps {
  text: string;
  /** What the second press does, complete: it is all that is read before it. */
  confirm: string;
  onConfirm: () => void;
  unless?: string | null;
  intent?: ButtonProps['intent'];
  icon?: ButtonProps['icon'];
}

/** A dangerous action in two presses on the same spot (UI-5), so stand it at a right edge: it grows to the left. Escape, Cancel or ten seconds take the first one back. */
export function TwoStepButton({
  text,
  confirm,
  onConfirm,
  unless = null,
  intent = 'danger',
  icon,
}: TwoStepButtonProps) {
  const commandable = useAppSelector(selectCommandable);
  const [armedAt, setArmedAt] = useState<number | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const blocked = commandable ? unless : NOT_CONNECTED;
  const armed = armedAt !== null && blocked === null;

  useEffect(() => {
    if (armedAt === null) return;
    const timer = setTimeout(() => setArmedAt(null), GIVE_UP_MS);
    return () => clearTimeout(timer);
  }, [armedAt]);

  const press = () => {
    if (armedAt === null) {
      setArmedAt(performance.now());
    } else if (performance.now() - armedAt >= SETTLE_MS) {
      setArmedAt(null);
      onConfirm();
    }
  };
  const cancel = () => {
    setArmedAt(null);
    button.current?.focus();
  };

  return (
    <ButtonGroup
      onKeyDown={(event) => {
        if (event.key === 'Escape' && armed) {
          event.stopPropagation();
          cancel();
        }
      }}
    >
      {armed ? <Button size="small" text="Cancel" onClick={cancel} /> : null}
      <Button
        ref={button}
        size="small"
        icon={icon}
        intent={armed ? intent : 'none'}
        text={armed ? confirm : text}
        disabled={blocked !== null}
        title={blocked ?? (armed ? confirm : `${text} (asks once more)`)}
        onClick={press}
      />
    </ButtonGroup>
  );
}
