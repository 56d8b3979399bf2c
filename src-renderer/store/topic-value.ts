import { createAction, type Reducer } from '@reduxjs/toolkit';
import type { ValueTopic } from '#shared/contract/contract';

export interface ValueState<T> {
  /** `null` until the engine told it for the first time: unknown, never a default. */
  readonly value: T | null;
  /** Why the value is not to be believed just now. */
  readonly problem: string | null;
}

/** One `value` topic: replaced by a snapshot, patched by its top-level keys. */
export function valueTopic<T extends object>(topic: ValueTopic) {
  const actions = {
    snapshot: createAction<T>(`${topic}/snapshot`),
    patch: createAction<Partial<T>>(`${topic}/patch`),
    forget: createAction(`${topic}/forget`),
    problem: createAction<string>(`${topic}/problem`),
  };
  const initial: ValueState<T> = { value: null, problem: null };
  const reducer: Reducer<ValueState<T>> = (state = initial, action) => {
    if (actions.snapshot.match(action)) return { value: action.payload, problem: null };
    if (actions.patch.match(action)) {
      return state.value === null ? state : { ...state, value: { ...state.value, ...action.payload } };
    }
    if (actions.forget.match(action)) return initial;
    if (actions.problem.match(action)) return { ...state, problem: action.payload };
    return state;
  };
  return { actions, reducer };
}
