import { ageText, clockText } from '../format/time.ts';
import { useEngineText } from './engine-time.ts';

/** Age of a live value from its event time, engine wall ms; a dash when it never was. */
export function Age({ atMs }: { atMs: number | null }) {
  const text = useEngineText((nowMs) => ageText(atMs === null ? null : nowMs - atMs));
  return (
    <span className="cb-age" title={atMs === null ? 'never' : `${clockText(atMs)} UTC`}>
      {text}
    </span>
  );
}
