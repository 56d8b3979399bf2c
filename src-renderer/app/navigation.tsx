import { Button, HTMLSelect } from '@blueprintjs/core';
import {
  AutomaticUpdates,
  BankAccount,
  Dashboard,
  Exchange,
  Filter,
  Key,
  LabTest,
  ListColumns,
} from '@blueprintjs/icons';
import type { Settings } from '#shared/settings/settings';
import { NOT_CONNECTED } from '../components/command-button.tsx';
import { useCommand } from '../components/use-command.ts';
import { useAppDispatch, useAppSelector } from '../store/hooks.ts';
import { selectCommandable } from '../store/selectors.ts';
import { ui } from '../store/ui.ts';
import type { Panel } from '../store/ui-state.ts';

const ITEMS: readonly { panel: Panel; name: string; icon: React.JSX.Element }[] = [
  { panel: 'dashboard', name: 'Dashboard', icon: <Dashboard /> },
  { panel: 'market', name: 'Market', icon: <ListColumns /> },
  { panel: 'auto-mode', name: 'Auto Mode', icon: <AutomaticUpdates /> },
  { panel: 'planner', name: 'Planner', icon: <Filter /> },
  { panel: 'deals', name: 'Deals', icon: <Exchange /> },
  { panel: 'accounts', name: 'Accounts', icon: <BankAccount /> },
  { panel: 'keys', name: 'Keys', icon: <Key /> },
  { panel: 'practice', name: 'Practice', icon: <LabTest /> },
];

const THEMES: readonly { value: Settings['theme']; label: string }[] = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

export function Navigation() {
  const dispatch = useAppDispatch();
  const current = useAppSelector((state) => state.ui.panel);
  return (
    <nav className="cb-nav" aria-label="Panels">
      {ITEMS.map(({ panel, name, icon }) => (
        <Button
          key={panel}
          variant="minimal"
          icon={icon}
          text={name}
          active={panel === current}
          aria-current={panel === current ? 'page' : undefined}
          onClick={() => dispatch(ui.panelChosen(panel))}
        />
      ))}
      <ThemeChooser />
    </nav>
  );
}

function ThemeChooser() {
  const theme = useAppSelector((state) => state.settings.value?.theme ?? null);
  const commandable = useAppSelector(selectCommandable);
  const { run, busy } = useCommand();
  return (
    <div className="cb-theme">
      <label htmlFor="theme">Theme</label>
      <HTMLSelect
        id="theme"
        fill
        iconName="caret-down"
        value={theme ?? 'system'}
        disabled={!commandable || theme === null || busy}
        title={commandable ? 'Theme of the window' : NOT_CONNECTED}
        onChange={(event) => {
          const chosen = THEMES.find(({ value }) => value === event.currentTarget.value);
          if (chosen !== undefined) run(`Theme ${chosen.label.toLowerCase()}`, 'theme.set', { theme: chosen.value });
        }}
        options={[...THEMES]}
      />
    </div>
  );
}
