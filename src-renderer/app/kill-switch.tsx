import { Button, ButtonGroup, PopoverNext } from '@blueprintjs/core';
import { ChevronDown, Power } from '@blueprintjs/icons';
import { useEffect } from 'react';
import { useCommand } from '../components/use-command.ts';
import { killLevelName } from '../format/words.ts';
import { useAppSelector } from '../store/hooks.ts';
import { KillLevels } from './kill-levels.tsx';

export const KILL_KEYS = 'Ctrl+Shift+K';

/**
 * KS-1, UI-5: one press or one key, no confirmation. It stays usable while the channel is open, even when the engine's
 * pulse is missing: stopping is worth a try that everything else is not.
 */
export function KillSwitch() {
  const level = useAppSelector((state) => state.ui.killLevel);
  const reachable = useAppSelector((state) => state.connection.channel === 'open');
  const { run, busy } = useCommand();

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!event.ctrlKey || !event.shiftKey || event.altKey || event.code !== 'KeyK' || event.repeat) return;
      event.preventDefault();
      event.stopPropagation();
      run('Kill switch', 'kill.engage', { level, reason: `pressed ${KILL_KEYS}` });
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [level, run]);

  return (
    <ButtonGroup className="cb-kill">
      <Button
        intent="danger"
        icon={<Power />}
        aria-label="Kill switch"
        aria-keyshortcuts="Control+Shift+K"
        aria-busy={busy}
        disabled={!reachable}
        title={
          reachable
            ? `Engages at once: ${killLevelName(level)}`
            : 'The engine is not reachable from this window. Stop it where it was started.'
        }
        onClick={() => run('Kill switch', 'kill.engage', { level, reason: 'pressed the kill switch' })}
      >
        <span className="cb-kill-text">
          <span>
            KILL SWITCH <kbd>{KILL_KEYS}</kbd>
          </span>
          <small>{killLevelName(level)}</small>
        </span>
      </Button>
      <PopoverNext placement="bottom-end" content={<KillLevels />} shouldReturnFocusOnClose>
        <Button intent="danger" icon={<ChevronDown />} aria-label="Choose kill level" disabled={!reachable} />
      </PopoverNext>
    </ButtonGroup>
  );
}
