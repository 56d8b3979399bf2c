import { Card } from '../../components/card.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { ProfitLoss } from '../../components/profit-loss.tsx';
import { count, percentOf, share } from '../../format/numbers.ts';
import { useAppSelector } from '../../store/hooks.ts';
import { selectPerformance } from '../../store/selectors.ts';

/** Closed deals: how many, how good. */
export function ResultsCard() {
  const performance = useAppSelector(selectPerformance);
  return (
    <Card title="Results" className="cb-area-results" trueAtMs={performance?.atMs ?? null}>
      <Facts>
        <Fact name="Result today, USD">
          <ProfitLoss value={performance?.resultTodayUsd ?? null} />
        </Fact>
        <Fact name="Result since start, USD">
          <ProfitLoss value={performance?.realisedUsd ?? null} />
        </Fact>
        <Fact name="Deals closed">{count(performance?.dealsClosed ?? null)}</Fact>
        <Fact name="Won">{count(performance?.dealsWon ?? null)}</Fact>
        <Fact name="Unwound">{count(performance?.dealsUnwound ?? null)}</Fact>
        <Fact name="Win rate">{percentOf(share(performance?.dealsWon ?? 0, performance?.dealsClosed ?? 0), 0)}</Fact>
        <Fact name="Best deal, USD">
          <ProfitLoss value={performance?.bestUsd ?? null} />
        </Fact>
        <Fact name="Worst deal, USD">
          <ProfitLoss value={performance?.worstUsd ?? null} />
        </Fact>
      </Facts>
    </Card>
  );
}
