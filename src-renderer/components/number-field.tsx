import { InputGroup } from '@blueprintjs/core';
import { useId } from 'react';
import type { UseFormRegisterReturn } from 'react-hook-form';

interface NumberFieldProps {
  label: string;
  unit: string;
  /** Hard bounds and default, always visible. */
  bounds: string;
  help: string;
  field: UseFormRegisterReturn;
  problem: string | undefined;
}

/** A labelled number with its bounds; what is wrong stands where the help was, so that nothing moves. */
export function NumberField({ label, unit, bounds, help, field, problem }: NumberFieldProps) {
  const id = useId();
  const { ref, ...input } = field;
  return (
    <div className="cb-field">
      <label htmlFor={id}>{label}</label>
      <span className="cb-limit-value">
        <InputGroup
          id={id}
          size="small"
          inputRef={ref}
          inputMode="decimal"
          autoComplete="off"
          spellCheck={false}
          intent={problem === undefined ? 'none' : 'danger'}
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-help`}
          {...input}
        />
        <span className="cb-unit">{unit}</span>
      </span>
      <span id={`${id}-help`} className={problem === undefined ? 'cb-help' : 'cb-help cb-tone-bad'}>
        {problem ?? `${help} ${bounds}.`}
      </span>
    </div>
  );
}
