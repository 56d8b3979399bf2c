import { ageText, clockText } from '../format/time.ts';
import { useEngineNow } from './engine-time.ts';

/** Age of a live value from its event time, engine wall ms; a dash when it never was. */
export function Age({ atMs }: { atMs: number | null }) {
  const now = useEngineNow();
  return (
    <span className="cb-age" title={atMs === null ? 'never' : `${clockText(atMs)} UTC`}>
      {ageText(atMs === null ? null : now - atMs)}
    </span>
  );
}
