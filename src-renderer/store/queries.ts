import type { ThunkAction, UnknownAction } from '@reduxjs/toolkit';
import type { Failure, QueryInput, QueryName, QueryOutput } from '#shared/contract/contract';
import type { Result } from '#shared/kernel/result';
import type { RootState, StoreTools } from './store.ts';

/** Asks the engine once; the answer belongs to the asker and is not kept in the store. */
export function ask<N extends QueryName>(
  name: N,
  input: QueryInput<N>,
): ThunkAction<Promise<Result<QueryOutput<N>, Failure>>, RootState, StoreTools, UnknownAction> {
  return (_dispatch, _getState, { client }) => client.query(name, input);
}
