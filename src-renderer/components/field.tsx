import { type ReactNode, useId } from 'react';

interface FieldProps {
  label: string;
  /** Always there; replaced by what is wrong. */
  help: string;
  problem?: string | undefined;
  children: (id: string) => ReactNode;
}

/** A label, its control and its help in one row; what is wrong stands where the help was, so that nothing moves. */
export function Field({ label, help, problem, children }: FieldProps) {
  const id = useId();
  return (
    <div className="cb-field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
      <span id={`${id}-help`} className={problem === undefined ? 'cb-help' : 'cb-help cb-tone-bad'}>
        {problem ?? help}
      </span>
    </div>
  );
}
