import { AccountsPanel } from '../panels/accounts/panel.tsx';
import { AutoModePanel } from '../panels/auto-mode/panel.tsx';
import { DashboardPanel } from '../panels/dashboard/panel.tsx';
import { DealsPanel } from '../panels/deals/panel.tsx';
import { KeysPanel } from '../panels/keys/panel.tsx';
import { MarketPanel } from '../panels/market/panel.tsx';
import { PlannerPanel } from '../panels/planner/panel.tsx';
import { PracticePanel } from '../panels/practice/panel.tsx';
import { useAppSelector } from '../store/hooks.ts';
import { selectLost } from '../store/selectors.ts';
import type { Panel } from '../store/ui-state.ts';
import { Footer } from './footer.tsx';
import { KillBand } from './kill-band.tsx';
import { LostBand } from './lost-band.tsx';
import { Navigation } from './navigation.tsx';
import { Notes } from './notes.tsx';
import { StatusBar } from './status-bar.tsx';
import { useTheme } from './theme.ts';

const PANEL_VIEWS: Readonly<Record<Panel, () => React.JSX.Element>> = {
  dashboard: DashboardPanel,
  market: MarketPanel,
  'auto-mode': AutoModePanel,
  planner: PlannerPanel,
  deals: DealsPanel,
  accounts: AccountsPanel,
  keys: KeysPanel,
  practice: PracticePanel,
};

/** The window: status bar and messages that never scroll away, the panels' names, one panel, the last result. */
export function Shell({ layoutProblem }: { layoutProblem: string | null }) {
  useTheme();
  const panel = useAppSelector((state) => state.ui.panel);
  const lost = useAppSelector(selectLost);
  const View = PANEL_VIEWS[panel];
  return (
    <div className={`cb-shell${lost ? ' cb-lost' : ''}`}>
      <a className="cb-skip" href="#panel">
        Skip to the panel
      </a>
      <header className="cb-top">
        <StatusBar />
        <LostBand />
        <KillBand />
      </header>
      <div className="cb-body">
        <Navigation />
        <main id="panel" tabIndex={-1} className="cb-panel">
          <Notes layoutProblem={layoutProblem} />
          <View />
        </main>
      </div>
      <Footer />
    </div>
  );
}
