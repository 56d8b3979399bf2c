import { Button, Radio, RadioGroup } from '@blueprintjs/core';
import { useEffect, useState } from 'react';
import type { QueryOutput } from '#shared/contract/contract';
import { VENUE_NAMES } from '#shared/domain/ids';
import type { KillLevel } from '#shared/domain/safety';
import { useCommand } from '../components/use-command.ts';
import { KILL_LEVELS, killLevelName } from '../format/words.ts';
import { useAppDispatch, useAppSelector } from '../store/hooks.ts';
import { ask } from '../store/queries.ts';
import { ui } from '../store/ui.ts';

type Preview = QueryOutput<'kill.preview'>;

/** KS-1: says what each level would do now, before it does it; the chosen one is what the button and the key do. */
export function KillLevels() {
  const dispatch = useAppDispatch();
  const chosen = useAppSelector((state) => state.ui.killLevel);
  const previews = useKillPreviews();
  const { run, busy } = useCommand();
  return (
    <div className="cb-kill-levels">
      <RadioGroup
        label="What the kill switch does"
        selectedValue={chosen}
        onChange={(event) => {
          const level = KILL_LEVELS.find((row) => row.level === event.currentTarget.value)?.level;
          if (level !== undefined) dispatch(ui.killLevelChosen(level));
        }}
      >
        {KILL_LEVELS.map(({ level, name, means }) => (
          <Radio key={level} value={level} labelElement={<strong>{name}</strong>}>
            <span className="cb-kill-means">{means}</span>
            <PreviewText preview={previews[level]} />
          </Radio>
        ))}
      </RadioGroup>
      <Button
        intent="danger"
        aria-busy={busy}
        text={`Engage now: ${killLevelName(chosen)}`}
        onClick={() => run('Kill switch', 'kill.engage', { level: chosen, reason: 'pressed the kill switch' })}
      />
    </div>
  );
}

function PreviewText({ preview }: { preview: Preview | string | undefined }) {
  if (preview === undefined) return <span className="cb-kill-preview">Asking what it would do now…</span>;
  if (typeof preview === 'string') return <span className="cb-kill-preview">{preview}</span>;
  const venues = preview.venues
    .filter(({ cancels, flattens, keeps }) => cancels + flattens + keeps > 0)
    .map(
      ({ venue, cancels, flattens, keeps }) =>
        `${VENUE_NAMES[venue]}: cancels ${cancels}, flattens ${flattens}, keeps ${keeps}.`,
    );
  return (
    <span className="cb-kill-preview">
      Now: {preview.sentence} {venues.join(' ')}
    </span>
  );
}

/** Asked when the chooser opens: what it would do changes with every deal. */
function useKillPreviews(): Partial<Record<KillLevel, Preview | string>> {
  const dispatch = useAppDispatch();
  const [previews, setPreviews] = useState<Partial<Record<KillLevel, Preview | string>>>({});
  useEffect(() => {
    let shown = true;
    for (const { level } of KILL_LEVELS) {
      dispatch(ask('kill.preview', { level })).then((reply) => {
        if (shown) setPreviews((all) => ({ ...all, [level]: reply.ok ? reply.value : reply.error.message }));
      });
    }
    return () => {
      shown = false;
    };
  }, [dispatch]);
  return previews;
}
