import { count } from '../format/numbers.ts';

/** UI-9: rows come in portions after a panel is opened; until the last is there, how many are on their way. */
export function StillReading({ missing }: { missing: number }) {
  return missing === 0 ? null : <span className="cb-muted cb-num">{count(missing)} more being read</span>;
}
