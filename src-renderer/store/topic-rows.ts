import { createAction, createEntityAdapter, type EntityState, type Reducer } from '@reduxjs/toolkit';
import type { RowsTopic } from '#shared/contract/contract';

export interface RowsState<T> {
  readonly rows: EntityState<T, string>;
  /** False until the first snapshot: no rows then means unknown, not none. */
  readonly known: boolean;
  readonly problem: string | null;
}

/** One `rows` topic, by key. */
export function rowsTopic<T>(topic: RowsTopic, selectId: (row: T) => string) {
  const adapter = createEntityAdapter<T, string>({ selectId });
  const actions = {
    snapshot: createAction<T[]>(`${topic}/snapshot`),
    change: createAction<{ upserts: T[]; removes: string[] }>(`${topic}/change`),
    problem: createAction<string>(`${topic}/problem`),
  };
  const initial: RowsState<T> = { rows: adapter.getInitialState(), known: false, problem: null };
  const reducer: Reducer<RowsState<T>> = (state = initial, action) => {
    if (actions.snapshot.match(action)) {
      return { rows: adapter.setAll(adapter.getInitialState(), action.payload), known: true, problem: null };
    }
    if (actions.change.match(action)) {
      const { upserts, removes } = action.payload;
      const kept = removes.length === 0 ? state.rows : adapter.removeMany(state.rows, removes);
      return { ...state, rows: upserts.length === 0 ? kept : adapter.setMany(kept, upserts) };
    }
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
