import { createAction, createEntityAdapter, type EntityState, type Reducer } from '@reduxjs/toolkit';
import type { RowsTopic } from '#shared/contract/contract';

export interface RowsState<T> {
  readonly rows: EntityState<T, string>;
  /** False until the first snapshot: no rows then means unknown, not none. */
  readonly known: boolean;
  /** Rows the engine has and has not told yet. */
  readonly missing: number;
  readonly problem: string | null;
}

/** One `rows` topic, by key. */
export function rowsTopic<T>(topic: RowsTopic, selectId: (row: T) => string) {
  const adapter = createEntityAdapter<T, string>({ selectId });
  const actions = {
    snapshot: createAction<{ rows: T[]; missing: number }>(`${topic}/snapshot`),
    change: createAction<{ upserts: T[]; removes: string[]; missing: number }>(`${topic}/change`),
    forget: createAction(`${topic}/forget`),
    problem: createAction<string>(`${topic}/problem`),
  };
  const initial: RowsState<T> = { rows: adapter.getInitialState(), known: false, missing: 0, problem: null };
  const reducer: Reducer<RowsState<T>> = (state = initial, action) => {
    if (actions.snapshot.match(action)) {
      const { rows, missing } = action.payload;
      return { rows: adapter.setAll(adapter.getInitialState(), rows), known: true, missing, problem: null };
    }
    if (actions.change.match(action)) {
      const { upserts, removes, missing } = action.payload;
      const kept = removes.length === 0 ? state.rows : adapter.removeMany(state.rows, removes);
      return { ...state, missing, rows: upserts.length === 0 ? kept : adapter.setMany(kept, upserts) };
    }
    if (actions.forget.match(action)) return initial;
    if (actions.problem.match(action)) return { ...state, problem: action.payload };
    return state;
  };
  return { actions, reducer };
}

/** The rows of a topic, in the order the engine first told them. */
export function rowList<T>(state: EntityState<T, string>): T[] {
  const rows: T[] = [];
  for (const id of state.ids) {
    const row = state.entities[id];
    if (row !== undefined) rows.push(row);
  }
  return rows;
}
