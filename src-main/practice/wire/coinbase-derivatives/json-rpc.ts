/** The rest of every answer: when the gateway took the question and let the answer go, µs. */
const served = (wallMs: number): object => {
  const usIn = Math.floor(wallMs * 1000);
  return { usIn, usOut: usIn + 80, usDiff: 80, testnet: false };
};

/** `undefined` leaves the id out, as the gateway does when there was none. */
export const resultOf = (id: unknown, result: unknown, wallMs: number): object => ({
  jsonrpc: '2.0',
  ...(id === undefined ? {} : { id }),
  result,
  ...served(wallMs),
});

export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

export const errorOf = (id: unknown, error: RpcError, wallMs: number): object => ({
  jsonrpc: '2.0',
  ...(id === undefined ? {} : { id }),
  error,
  ...served(wallMs),
});

/** https://docs.deribit.com/articles/errors */
export const METHOD_NOT_FOUND: RpcError = { code: -32601, message: 'Method not found' };
export const TOO_MANY_REQUESTS: RpcError = { code: 10028, message: 'too_many_requests' };
export const invalid = (param: string, reason = 'wrong format'): RpcError => ({
  code: -32602,
  message: 'Invalid params',
  data: { param, reason },
});
