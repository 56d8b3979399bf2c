import { Button, InputGroup } from '@blueprintjs/core';
import { type KeyboardEvent, useState } from 'react';
import { compareBases } from '../../store/base-order.ts';
import { useAppDispatch } from '../../store/hooks.ts';
import { ui } from '../../store/ui.ts';

/** As many coins as stand beside the search on one line. */
const SHOWN = 8;

/** Chooses the coin: the main ones by a press, any by typing a part of its name; Enter takes the first that matches. */
export function BasePicker({ bases, chosen }: { bases: readonly string[]; chosen: string | null }) {
  const dispatch = useAppDispatch();
  const [typed, setTyped] = useState('');
  const sorted = [...bases].sort(compareBases);
  const wanted = typed.trim().toUpperCase();
  const matches = [
    ...sorted.filter((base) => base.startsWith(wanted)),
    ...sorted.filter((base) => base.includes(wanted) && !base.startsWith(wanted)),
  ];
  const first = matches.find((base) => base === wanted) ?? matches[0];
  const choose = (base: string) => {
    dispatch(ui.marketBaseChosen(base));
    setTyped('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') setTyped('');
    if (event.key === 'Enter' && wanted !== '' && first !== undefined) choose(first);
  };
  const found = matches.slice(0, SHOWN);
  // Without a search the chosen coin is always among those that stand there.
  const keepsChosen = wanted !== '' || chosen === null || found.includes(chosen);
  const shown = keepsChosen ? found : [...found.slice(0, -1), chosen];
  return (
    <search className="cb-filters" aria-label="Coin">
      <InputGroup
        size="small"
        type="search"
        leftIcon="search"
        aria-label="Search coin"
        aria-invalid={first === undefined}
        aria-describedby="market-base-hint"
        placeholder={`Search ${sorted.length} coins`}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onValueChange={(text) => setTyped(text.slice(0, 24))}
        onKeyDown={onKeyDown}
      />
      <fieldset className="cb-bases" aria-label="Coins">
        {shown.map((base) => (
          <Button
            key={base}
            size="small"
            text={base}
            active={base === chosen}
            aria-pressed={base === chosen}
            onClick={() => choose(base)}
          />
        ))}
      </fieldset>
      <span id="market-base-hint" className={first === undefined ? 'cb-tone-warn' : 'cb-muted'} role="status">
        {hint(wanted, first, matches.length)}
      </span>
    </search>
  );
}

function hint(wanted: string, first: string | undefined, found: number): string {
  if (wanted === '') return '';
  if (first === undefined) return `No feed lists ${wanted}.`;
  return found > SHOWN ? `Enter shows ${first}; ${found} coins match.` : `Enter shows ${first}.`;
}
