import { Card } from '../../components/card.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { ProfitLoss } from '../../components/profit-loss.tsx';
import { count, DASH, percentOf, share, signed, usd } from '../../format/numbers.ts';
import { FAILOVER_WORDS } from '../../format/words.ts';
import { useAppSelector } from '../../store/hooks.ts';
import { selectPerformance, selectStatus } from '../../store/selectors.ts';

/** How it was executed, against what was expected. */
export function ExecutionCard() {
  const performance = useAppSelector(selectPerformance);
  const status = useAppSelector(selectStatus);
  const fills = performance === null ? 0 : performance.makerFills + performance.takerFills;
  return (
    <Card title="Execution" className="cb-area-execution" trueAtMs={performance?.atMs ?? null}>
      <Facts>
        <Fact name="Maker share of fills">{percentOf(share(performance?.makerFills ?? 0, fills), 0)}</Fact>
        <Fact name="Maker / taker fills">
          {performance === null ? DASH : `${count(performance.makerFills)} / ${count(performance.takerFills)}`}
        </Fact>
        <Fact name="Slippage expected, USD">{usd(performance?.expectedSlippageUsd ?? null)}</Fact>
        <Fact name="Slippage realised, USD">{usd(performance?.realisedSlippageUsd ?? null)}</Fact>
        <Fact name="Fees, USD">{usd(performance?.feesUsd ?? null)}</Fact>
        <Fact name="Turnover today, USD">{usd(performance?.turnoverTodayUsd ?? null)}</Fact>
        <Fact name="Failovers">{count(status?.failovers ?? null)}</Fact>
        <Fact name="Failover state">{status === null ? DASH : FAILOVER_WORDS[status.failover]}</Fact>
        <Fact name="Expected result, USD">{signed(performance?.expectedUsd ?? null, 2)}</Fact>
        <Fact name="Realised result, USD">
          <ProfitLoss value={performance?.realisedUsd ?? null} />
        </Fact>
      </Facts>
    </Card>
  );
}
