import { InputGroup } from '@blueprintjs/core';
import { useId } from 'react';
import type { UseFormRegisterReturn } from 'react-hook-form';
import { LIMITS, type LimitName, type LimitSpec } from '#shared/settings/limits';
import { plain } from '../../format/numbers.ts';

interface LimitRowProps {
  name: LimitName;
  field: UseFormRegisterReturn;
  changed: boolean;
  problem: string | undefined;
}

/** One limit; what is wrong stands where the help was, so that nothing moves. */
export function LimitRow({ name, field, changed, problem }: LimitRowProps) {
  const spec: LimitSpec = LIMITS[name];
  const id = useId();
  const { ref, ...input } = field;
  return (
    <tr className={changed ? 'cb-changed' : undefined}>
      <th scope="row" className="cb-limit-name">
        <label htmlFor={id}>{spec.label}</label>
        {problem === undefined ? (
          <span id={`${id}-help`} className="cb-help">
            {spec.help}
          </span>
        ) : (
          <span id={`${id}-help`} className="cb-help cb-tone-bad" role="alert">
            {problem}
          </span>
        )}
      </th>
      <td className="cb-limit-value">
        <InputGroup
          id={id}
          size="small"
          inputRef={ref}
          inputMode="decimal"
          autoComplete="off"
          spellCheck={false}
          intent={problem === undefined ? 'none' : 'danger'}
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-help ${id}-bounds`}
          {...input}
        />
        <span className="cb-unit">{spec.unit}</span>
      </td>
      <td className="cb-right cb-num">{plain(spec.default)}</td>
      <td className="cb-right cb-num" id={`${id}-bounds`}>
        {plain(spec.min)} to {plain(spec.max)}
      </td>
    </tr>
  );
}
