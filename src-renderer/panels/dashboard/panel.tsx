import { useAppSelector } from '../../store/hooks.ts';
import { selectStatus } from '../../store/selectors.ts';
import { EquityCard } from './equity-card.tsx';
import { ExecutionCard } from './execution-card.tsx';
import { NotificationsCard } from './notifications-card.tsx';
import { OpenDealsCard } from './open-deals-card.tsx';
import { OpportunitiesCard } from './opportunities-card.tsx';
import { QuotesCard } from './quotes-card.tsx';
import { RecentDealsCard } from './recent-deals-card.tsx';
import { ResultsCard } from './results-card.tsx';
import { VenuesCard } from './venues-card.tsx';

/** One glance: are the venues well, what is found and why not, what was earned, what needs a person. */
export function DashboardPanel() {
  const note = useAppSelector((state) => selectStatus(state)?.modeNote ?? '');
  return (
    <>
      <div className="cb-title">
        <h1>Dashboard</h1>
        <span className="cb-muted">{note}</span>
      </div>
      <div className="cb-dashboard">
        <VenuesCard />
        <div className="cb-area-side">
          <NotificationsCard />
          <EquityCard />
        </div>
        <QuotesCard />
        <OpportunitiesCard />
        <ExecutionCard />
        <ResultsCard />
        <OpenDealsCard />
        <RecentDealsCard />
      </div>
    </>
  );
}
