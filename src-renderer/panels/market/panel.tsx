import { Card } from '../../components/card.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { useAppDispatch } from '../../store/hooks.ts';
import { ui } from '../../store/ui.ts';
import { BasePicker } from './base-picker.tsx';
import { CertificationCard } from './certification-card.tsx';
import { CompositeCard } from './composite-card.tsx';
import { FeedsGrid } from './feeds-grid.tsx';
import { FundingCard } from './funding-card.tsx';
import { HealthCard } from './health-card.tsx';
import { InstrumentCard } from './instrument-card.tsx';
import { LadderCard } from './ladder-card.tsx';
import { LatencyCard } from './latency-card.tsx';
import { useMarketView } from './use-market-view.ts';

/** One coin on ten feeds: who quotes what, how old, at which funding, and how well each feed is. */
export function MarketPanel() {
  const dispatch = useAppDispatch();
  const { view, failure, row } = useMarketView();
  return (
    <>
      <div className="cb-title">
        <h1>Market</h1>
        <BasePicker bases={view?.bases ?? []} chosen={view?.base ?? null} />
      </div>
      <FailureNote failure={failure} />
      <div className="cb-market">
        <Card title={view?.base ?? 'Feeds'} className="cb-area-feeds" trueAtMs={view?.atMs ?? null}>
          {view === null ? (
            <p className="cb-muted">Unknown until the engine answers.</p>
          ) : view.base === null ? (
            <p className="cb-muted">No feed lists that coin now. Choose one above.</p>
          ) : (
            <FeedsGrid
              base={view.base}
              rows={view.rows}
              chosen={row?.listing ?? null}
              onChoose={(listing) => dispatch(ui.marketListingChosen(listing))}
            />
          )}
        </Card>
        {view === null || view.base === null ? null : <CompositeCard base={view.base} composite={view.composite} />}
        {view === null || row === null ? null : (
          <>
            <InstrumentCard row={row} atMs={view.atMs} />
            <LadderCard row={row} ladder={view.ladder} atMs={view.atMs} />
            <FundingCard row={row} />
            <LatencyCard feed={row.feed} />
          </>
        )}
        <HealthCard />
        <CertificationCard />
      </div>
    </>
  );
}
