import { useCallback, useEffect, useState } from 'react';
import type { QueryOutput } from '#shared/contract/contract';
import type { CycleReport } from '#shared/domain/report';
import { useAppDispatch, useAppSelector } from '../../store/hooks.ts';
import { ask } from '../../store/queries.ts';
import { selectCommandable } from '../../store/selectors.ts';

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

/** Past cycles' reports, asked for when wanted. */
export function useCycles(): Cycles {
  const dispatch = useAppDispatch();
  const reachable = useAppSelector(selectCommandable);
  const [list, setList] = useState<Cycles['list']>([]);
  const [report, setReport] = useState<CycleReport | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const refresh = useCallback(async () => {
    const reply = await dispatch(ask('reports.list', { limit: LISTED }));
    if (reply.ok) setList([...reply.value].sort((a, b) => b.cycle - a.cycle));
    setProblem(reply.ok ? null : reply.error.message);
  }, [dispatch]);

  useEffect(() => {
    if (reachable) refresh();
  }, [reachable, refresh]);

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
