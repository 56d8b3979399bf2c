import { Card } from '../../components/card.tsx';
import { ProfitLoss } from '../../components/profit-loss.tsx';
import { plain, usd } from '../../format/numbers.ts';
import { useAppSelector } from '../../store/hooks.ts';
import { selectPerformance } from '../../store/selectors.ts';
import { EquityChart } from './equity-chart.tsx';

const NO_CURVE: readonly never[] = [];

/** Equity after each closed deal, and how far it fell. Unknown equity is a dash (UI-3). */
export function EquityCard() {
  const performance = useAppSelector(selectPerformance);
  return (
    <Card title="Equity and drawdown" className="cb-area-equity" trueAtMs={performance?.atMs ?? null}>
      <dl className="cb-figures">
        <div>
          <dt>Equity, USD</dt>
          <dd className="cb-big">{usd(performance?.equityUsd ?? null)}</dd>
        </div>
        <div>
          <dt>Allocated, USD</dt>
          <dd>{usd(performance?.startingUsd ?? null)}</dd>
        </div>
        <div>
          <dt>Realised, USD</dt>
          <dd>
            <ProfitLoss value={performance?.realisedUsd ?? null} />
          </dd>
        </div>
        <div>
          <dt>Drawdown today, %</dt>
          <dd>{plain(performance?.drawdownTodayPct ?? null, 3)}</dd>
        </div>
        <div>
          <dt>From peak, %</dt>
          <dd>{plain(performance?.drawdownFromPeakPct ?? null, 3)}</dd>
        </div>
        <div>
          <dt>Worst, %</dt>
          <dd>{plain(performance?.maxDrawdownPct ?? null, 3)}</dd>
        </div>
      </dl>
      <EquityChart curve={performance?.curve ?? NO_CURVE} />
    </Card>
  );
}
