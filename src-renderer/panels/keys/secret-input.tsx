import { InputGroup, TextArea } from '@blueprintjs/core';

interface SecretInputProps {
  id: string;
  value: string;
  onChange: (value: string) => void;
  /** Typed text is not shown. */
  hidden: boolean;
  lines?: number;
  disabled?: boolean;
  problem?: boolean;
  name?: string;
}

/** A field whose text no browser remembers, completes or checks the spelling of (SE-1). */
export function SecretInput({ id, value, onChange, hidden, lines = 1, disabled, problem, name }: SecretInputProps) {
  const shared = {
    id,
    value,
    disabled,
    name,
    autoComplete: hidden ? 'new-password' : 'off',
    spellCheck: false,
    'aria-describedby': `${id}-help`,
    'aria-invalid': problem === true,
    intent: problem === true ? ('danger' as const) : ('none' as const),
  };
  return lines > 1 ? (
    <TextArea
      {...shared}
      rows={lines}
      className={hidden ? 'cb-secret cb-secret-lines' : 'cb-secret-lines'}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  ) : (
    <InputGroup {...shared} size="small" type={hidden ? 'password' : 'text'} onValueChange={onChange} />
  );
}
