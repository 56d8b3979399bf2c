import { Callout } from '@blueprintjs/core';
import type { Failure } from '#shared/contract/contract';

/** UI-8: what was wrong, what was kept, what to do. */
export function FailureNote({ failure }: { failure: Failure | null }) {
  if (failure === null) return null;
  return (
    <Callout compact intent="warning" role="alert" className="cb-failure">
      <p>{failure.message}</p>
      {failure.fields.length === 0 ? null : (
        <ul>
          {failure.fields.map((field) => (
            <li key={`${field.path} ${field.message}`}>{field.message}</li>
          ))}
        </ul>
      )}
      <p>
        {failure.kept} {failure.remedy}
      </p>
    </Callout>
  );
}
