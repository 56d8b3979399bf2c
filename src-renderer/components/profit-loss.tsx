import { DASH, direction, signed } from '../format/numbers.ts';

const ARROWS = { up: '▲', down: '▼', flat: '', unknown: '' } as const;

/** A result: arrow, sign and digits, so that colour only repeats what is written (UI-4). */
export function ProfitLoss({ value, places = 2, unit = '' }: { value: string | null; places?: number; unit?: string }) {
  if (value === null) return <span className="cb-num">{DASH}</span>;
  const way = direction(value, places);
  return (
    <span className={`cb-num cb-way-${way}`} title={`${value}${unit === '' ? '' : ` ${unit}`}`}>
      <span className="cb-arrow" aria-hidden="true">
        {ARROWS[way]}
      </span>
      {signed(value, places)}
      {unit === '' ? null : <span className="cb-unit"> {unit}</span>}
    </span>
  );
}
