import { Button, InputGroup } from '@blueprintjs/core';
import { type KeyboardEvent, useState } from 'react';
import { useAppDispatch } from '../../store/hooks.ts';
import { compareBases } from '../../store/selectors.ts';
import { ui } from '../../store/ui.ts';

/** As many as stand beside the search without a second line. */
const SHORTCUTS = 8;

/** Chooses the coin: the main ones by a press, any by typing its name and Enter. */
export function BasePicker({ bases, chosen }: { bases: readonly string[]; chosen: string | null }) {
  const dispatch = useAppDispatch();
  const [typed, setTyped] = useState('');
  const sorted = [...bases].sort(compareBases);
  const wanted = typed.trim().toUpperCase();
  const match = sorted.find((base) => base === wanted) ?? sorted.find((base) => base.startsWith(wanted));
  const none = wanted !== '' && match === undefined;
  const choose = (base: string) => {
    dispatch(ui.marketBaseChosen(base));
    setTyped('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') setTyped('');
    if (event.key === 'Enter' && wanted !== '' && match !== undefined) choose(match);
  };
  const shortcuts = sorted.slice(0, SHORTCUTS);
  const shown = chosen === null || shortcuts.includes(chosen) ? shortcuts : [...shortcuts.slice(0, -1), chosen];
  return (
    <search className="cb-filters" aria-label="Coin">
      <InputGroup
        size="small"
        type="search"
        leftIcon="search"
        list="market-bases"
        aria-label="Search coin"
        aria-invalid={none}
        aria-describedby="market-base-hint"
        placeholder={`Search ${sorted.length} coins`}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onValueChange={(text) => {
          const exact = text.toUpperCase();
          // Picked from the list: browsers put the whole name in at once.
          if (sorted.includes(exact) && exact.length > typed.length + 1) choose(exact);
          else setTyped(text.slice(0, 24));
        }}
        onKeyDown={onKeyDown}
      />
      <datalist id="market-bases">
        {sorted.map((base) => (
          <option key={base} value={base} />
        ))}
      </datalist>
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
      <span id="market-base-hint" className={none ? 'cb-tone-warn' : 'cb-muted'} role="status">
        {hint(wanted, match)}
      </span>
    </search>
  );
}

function hint(wanted: string, match: string | undefined): string {
  if (wanted === '') return '';
  return match === undefined ? `No feed lists ${wanted}.` : `Enter shows ${match}.`;
}
