import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { Failure, QueryInput, QueryName, QueryOutput } from '#shared/contract/contract';
import { useAppDispatch, useAppSelector } from '../store/hooks.ts';
import { ask } from '../store/queries.ts';
import { selectCommandable } from '../store/selectors.ts';

export interface Polled<T> {
  /** The last answer; it may be to the question before the present one. */
  readonly data: T | null;
  /** Why the last question was not answered. */
  readonly failure: Failure | null;
}

function watchVisibility(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener);
  return () => document.removeEventListener('visibilitychange', listener);
}

/**
 * Asks again and again while the component is there, the page is seen and the engine answers; one question at a time.
 * A changed `input` is asked at once; `null` asks nothing.
 */
export function usePolled<N extends QueryName>(
  name: N,
  input: QueryInput<N> | null,
  everyMs: number,
): Polled<QueryOutput<N>> {
  const dispatch = useAppDispatch();
  const reachable = useAppSelector(selectCommandable);
  const visible = useSyncExternalStore(watchVisibility, () => document.visibilityState === 'visible');
  const [state, setState] = useState<Polled<QueryOutput<N>>>({ data: null, failure: null });
  /** What is asked at each turn: the present question. */
  const look = useRef<(() => void) | null>(null);
  const inFlight = useRef(false);
  const question = input === null ? null : JSON.stringify(input);

  useEffect(() => {
    if (question === null || !visible || !reachable) return;
    const lookOnce = async () => {
      if (inFlight.current) return;
      inFlight.current = true;
      const reply = await dispatch(ask(name, JSON.parse(question) as QueryInput<N>));
      inFlight.current = false;
      if (look.current === lookOnce) {
        setState((before) =>
          reply.ok ? { data: reply.value, failure: null } : { data: before.data, failure: reply.error },
        );
      } else look.current?.();
    };
    look.current = lookOnce;
    lookOnce();
    const timer = setInterval(lookOnce, everyMs);
    return () => {
      look.current = null;
      clearInterval(timer);
    };
  }, [dispatch, name, question, visible, reachable, everyMs]);
  return state;
}
