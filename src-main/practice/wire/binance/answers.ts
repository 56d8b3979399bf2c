import type { HttpResponse } from '#shared/kernel/transport';
import { json, text } from '../http.ts';

/** Binance's refusals (https://developers.binance.com/docs/binance-spot-api-docs/errors). */
export const failed = (status: number, code: number, msg: string): HttpResponse => json(status, { code, msg });
export const missing = (name: string): HttpResponse =>
  failed(400, -1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
export const illegal = (name: string): HttpResponse =>
  failed(400, -1100, `Illegal characters found in parameter '${name}'.`);
export const invalidSymbol = (): HttpResponse => failed(400, -1121, 'Invalid symbol.');
export const notFound = (): HttpResponse => text(404, 'text/html', '<html><body><h2>404 Not found</h2></body></html>');

export const tooMuch = (limit: number, headers: Readonly<Record<string, string>>): HttpResponse =>
  json(
    429,
    {
      code: -1003,
      msg: `Too much request weight used; current limit is ${limit} request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.`,
    },
    headers,
  );
