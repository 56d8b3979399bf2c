import { Card } from '../../components/card.tsx';
import { FeedsTable } from '../../components/feeds-table.tsx';
import { HealthTable } from '../../components/health-table.tsx';
import { useAppSelector } from '../../store/hooks.ts';
import { selectFeeds, selectRuntime } from '../../store/selectors.ts';

/** VH-1: every venue's score with every input and reading, and every feed's connection behind it. */
export function HealthCard() {
  const feeds = useAppSelector(selectFeeds);
  const known = useAppSelector((state) => state.feeds.known);
  const health = useAppSelector((state) => selectRuntime(state)?.health ?? null);
  return (
    <Card title="Feed health" className="cb-area-health" pushed={known && health !== null}>
      {known ? <FeedsTable feeds={feeds} /> : <p className="cb-muted">Unknown until the engine answers.</p>}
      {health === null ? null : <HealthTable health={health} />}
    </Card>
  );
}
