import type { ReactNode } from 'react';

export type Tone = 'quiet' | 'good' | 'warn' | 'bad';
const SHAPES: Readonly<Record<Tone, string>> = { quiet: '○', good: '●', warn: '▲', bad: '■' };

/** A state in words with a shape of its own; bright only when it is abnormal (UI-4). */
export function Mark({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={`cb-mark cb-tone-${tone}`}>
      <span className="cb-shape" aria-hidden="true">
        {SHAPES[tone]}
      </span>
      {children}
    </span>
  );
}
