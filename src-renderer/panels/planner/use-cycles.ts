import { useCallback, useEffect, useState } from 'react';
import type { QueryOutput } from '#shared/contract/contract';
import type { CycleReport } from '#shared/domain/report';
import { useAppDispatch, useAppSelector } from '../../store/hooks.ts';
import { ask } from '../../store/queries.ts';
import { selectCommandable, selectStatus } from '../../store/selectors.ts';

export interface Cycles {
  /** Past cycles, newest first. */
  list: QueryOutput<'reports.list'>;
  /** The one being looked at; `null` is now. */
  report: CycleReport | null;
  /** Why the last question was not answered, in a sentence. */
  problem: string | null;
  choose(cycle: number | null): void;
  refresh(): void;
}

const LISTED = 100;

/** Past cycles' reports: the list follows the engine's cycles, a report is asked for when it is chosen. */
export function useCycles(): Cycles {
  const dispatch = useAppDispatch();
  const reachable = useAppSelector(selectCommandable);
  const cycle = useAppSelector((state) => selectStatus(state)?.cycle);
  const [list, setList] = useState<Cycles['list']>([]);
  const [report, setReport] = useState<CycleReport | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const refresh = useCallback(async () => {
    const reply = await dispatch(ask('reports.list', { limit: LISTED }));
    if (reply.ok) setList([...reply.value].sort((a, b) => b.cycle - a.cycle));
    setProblem(reply.ok ? null : reply.error.message);
  }, [dispatch]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: with each new cycle the list has one more
  useEffect(() => {
    if (reachable) refresh();
  }, [reachable, cycle, refresh]);

  const choose = async (cycle: number | null) => {
    if (cycle === null) {
      setReport(null);
      setProblem(null);
      return;
    }
    const reply = await dispatch(ask('report.get', { cycle }));
    if (reply.ok) setReport(reply.value);
    setProblem(reply.ok ? null : `${reply.error.message} ${reply.error.remedy}`);
  };

  return { list, report, problem, choose, refresh };
}
