import { Card as Surface } from '@blueprintjs/core';
import { type ReactNode, useId } from 'react';
import { clockText } from '../format/time.ts';
import { useAppSelector } from '../store/hooks.ts';
import { Age } from './age.tsx';

interface CardProps {
  title: string;
  /** Where {@link CardLinks} jump to. */
  id?: string;
  /** When its content was last true, engine wall ms; `null` when nothing was told yet. */
  trueAtMs?: number | null;
  /**
   * In place of `trueAtMs`, of content that the engine pushes at each change: it is true for as long as the pulse is
   * heard. False when nothing was told yet.
   */
  pushed?: boolean;
  /** Buttons or a short note at the right of the heading. */
  aside?: ReactNode;
  className?: string;
  children: ReactNode;
}

/** A labelled group with its own heading; says when it was last true where that can differ from now. */
export function Card({ id, title, trueAtMs, pushed, aside, className, children }: CardProps) {
  const heading = useId();
  return (
    <Surface
      compact
      id={id}
      tabIndex={id === undefined ? undefined : -1}
      className={`cb-card ${className ?? ''}`}
      role="region"
      aria-labelledby={heading}
    >
      <div className="cb-card-head">
        <h2 id={heading}>{title}</h2>
        {aside}
        {trueAtMs === undefined ? null : <TrueAt atMs={trueAtMs} />}
        {pushed === undefined ? null : <PushedAt told={pushed} />}
      </div>
      {children}
    </Surface>
  );
}

function TrueAt({ atMs }: { atMs: number | null }) {
  if (atMs === null) return <span className="cb-true-at">not told yet</span>;
  return (
    <span className="cb-true-at">
      true at {clockText(atMs)} UTC, <Age atMs={atMs} /> ago
    </span>
  );
}

/** Follows the pulse by itself, so that a pulse draws no card anew. */
function PushedAt({ told }: { told: boolean }) {
  const pulse = useAppSelector((state) => state.connection.lastPulseAtMs);
  return <TrueAt atMs={told ? pulse : null} />;
}
