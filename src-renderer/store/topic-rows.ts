import { createAction, type Reducer } from '@reduxjs/toolkit';
import type { RowsTopic } from '#shared/contract/contract';

/** Rows by key. A row that did not change stays the same object; so do the keys while none comes or goes. */
export interface Rows<T> {
  /** In the order the engine first told them. */
  readonly ids: readonly string[];
  readonly entities: Readonly<Record<string, T>>;
}

export interface RowsState<T> {
  readonly rows: Rows<T>;
  /** False until the first snapshot: no rows then means unknown, not none. */
  readonly known: boolean;
  /** Rows the engine has and has not told yet. */
  readonly missing: number;
  readonly problem: string | null;
}

/** One `rows` topic, by key. */
export function rowsTopic<T>(topic: RowsTopic, selectId: (row: T) => string) {
  const actions = {
    snapshot: createAction<{ rows: T[]; missing: number }>(`${topic}/snapshot`),
    change: createAction<{ upserts: T[]; removes: string[]; missing: number }>(`${topic}/change`),
    forget: createAction(`${topic}/forget`),
    problem: createAction<string>(`${topic}/problem`),
  };
  const initial: RowsState<T> = { rows: EMPTY, known: false, missing: 0, problem: null };
  const reducer: Reducer<RowsState<T>> = (state = initial, action) => {
    if (actions.snapshot.match(action)) {
      const { rows, missing } = action.payload;
      return { rows: changed(EMPTY, rows, [], selectId), known: true, missing, problem: null };
    }
    if (actions.change.match(action)) {
      const { upserts, removes, missing } = action.payload;
      return { ...state, missing, rows: changed(state.rows, upserts, removes, selectId) };
    }
    if (actions.forget.match(action)) return initial;
    if (actions.problem.match(action)) return { ...state, problem: action.payload };
    return state;
  };
  return { actions, reducer };
}

const EMPTY: Rows<never> = { ids: [], entities: {} };

/** Copied by hand: a draft that watches every access costs more than the rest of a message with hundreds of rows. */
function changed<T>(
  before: Rows<T>,
  upserts: readonly T[],
  removes: readonly string[],
  selectId: (row: T) => string,
): Rows<T> {
  if (upserts.length === 0 && removes.length === 0) return before;
  const entities: Record<string, T> = { ...before.entities };
  const gone = removes.filter((id) => Object.hasOwn(entities, id));
  for (const id of gone) delete entities[id];
  const added: string[] = [];
  for (const row of upserts) {
    const id = selectId(row);
    if (!Object.hasOwn(entities, id)) added.push(id);
    entities[id] = row;
  }
  if (gone.length === 0 && added.length === 0) return { ids: before.ids, entities };
  const taken = new Set(gone);
  return { ids: [...before.ids.filter((id) => !taken.has(id)), ...added], entities };
}

/** The rows of a topic, in the order the engine first told them. */
export function rowList<T>({ ids, entities }: Rows<T>): T[] {
  const rows: T[] = [];
  for (const id of ids) {
    const row = entities[id];
    if (row !== undefined) rows.push(row);
  }
  return rows;
}
