import type { ReactNode } from 'react';

/** A list of {@link Fact}s. */
export function Facts({ label, children }: { label?: string; children: ReactNode }) {
  return (
    <dl className="cb-facts" aria-label={label}>
      {children}
    </dl>
  );
}

/** One label with its value, right-aligned. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
