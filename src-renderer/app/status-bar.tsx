import { Button, ButtonGroup } from '@blueprintjs/core';
import { Pause, Play, Stop } from '@blueprintjs/icons';
import { CommandButton } from '../components/command-button.tsx';
import { Mark } from '../components/mark.tsx';
import { DASH } from '../format/numbers.ts';
import { AUTO_WORDS } from '../format/words.ts';
import { useAppDispatch, useAppSelector } from '../store/hooks.ts';
import { selectStatus } from '../store/selectors.ts';
import { ui } from '../store/ui.ts';
import { EntriesLine } from './entries-line.tsx';
import { KillSwitch } from './kill-switch.tsx';
import { StatusCells } from './status-cells.tsx';

/** UI-1: mode, run state, every venue, every block, from any panel. */
export function StatusBar() {
  return (
    <section className="cb-status" aria-label="Status bar">
      <div className="cb-status-row cb-status-run">
        <Mode />
        <AutoControls />
        <KillSwitch />
      </div>
      <StatusCells />
      <EntriesLine />
    </section>
  );
}

function Mode() {
  const status = useAppSelector(selectStatus);
  const mode = status?.mode ?? null;
  return (
    <div className="cb-mode">
      <strong className={`cb-mode-word cb-mode-${mode?.toLowerCase() ?? 'unknown'}`}>{mode ?? 'MODE UNKNOWN'}</strong>
      <span className="cb-mode-note" title={status?.modeNote}>
        {status?.modeNote ?? 'waiting for the engine'}
      </span>
    </div>
  );
}

function AutoControls() {
  const dispatch = useAppDispatch();
  const auto = useAppSelector((state) => selectStatus(state)?.auto ?? null);
  return (
    <fieldset className="cb-auto" aria-label="Auto mode">
      <Button
        variant="minimal"
        size="small"
        className="cb-auto-state"
        title="Open Auto Mode"
        onClick={() => dispatch(ui.panelChosen('auto-mode'))}
      >
        <span className="cb-cell-name">Auto mode</span>
        <Mark tone={auto === 'running' ? 'good' : auto === 'paused' ? 'warn' : 'quiet'}>
          {auto === null ? DASH : AUTO_WORDS[auto]}
        </Mark>
      </Button>
      <ButtonGroup>
        <CommandButton
          action="Start auto mode"
          text="Start"
          name="auto.start"
          input={{}}
          icon={<Play />}
          unless={auto === 'running' ? 'Auto mode is running.' : null}
        />
        <CommandButton
          action="Pause auto mode"
          text="Pause"
          name="auto.pause"
          input={{}}
          icon={<Pause />}
          unless={auto === 'running' ? null : 'Only running auto mode can be paused.'}
        />
        <CommandButton
          action="Stop auto mode"
          text="Stop"
          name="auto.stop"
          input={{}}
          icon={<Stop />}
          unless={auto === 'stopped' ? 'Auto mode is stopped.' : null}
        />
      </ButtonGroup>
    </fieldset>
  );
}
