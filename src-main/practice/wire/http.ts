import type { HttpRequest, HttpResponse } from '#shared/kernel/transport';
import type { AnswerFate } from '../exchange/types.ts';
import type { VenueAnswer } from './venue.ts';

/** A request taken apart: what a route needs. */
export interface Asked {
  readonly method: HttpRequest['method'];
  readonly host: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

/** `null` when the URL cannot be read. */
export function ask(request: HttpRequest): Asked | null {
  let url: URL;
  try {
    url = new URL(request.url);
  } catch {
    return null;
  }
  return { method: request.method, host: url.hostname, path: url.pathname, query: url.searchParams };
}

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

export function text(status: number, contentType: string, body: string): HttpResponse {
  return { status, headers: { 'content-type': contentType }, body };
}

/** What a venue's front door answers while the venue behind it is away. */
export const unavailable = (): HttpResponse =>
  text(503, 'text/html', '<html><head><title>503 Service Temporarily Unavailable</title></head></html>');

/** What the front door answers when the venue behind it fails. */
export const badGateway = (): HttpResponse =>
  text(502, 'text/html', '<html><head><title>502 Bad Gateway</title></head></html>');

/** What the front door answers an address that it lets in no more. */
export const forbidden = (): HttpResponse =>
  text(403, 'text/html', '<html><head><title>403 Forbidden</title></head></html>');

/** An answer as the faults of orders let it leave (PP-3). */
export function answered(answer: HttpResponse, fate: AnswerFate): VenueAnswer {
  if (fate === 'lost') return 'lost';
  return fate === 'bad-gateway' ? badGateway() : answer;
}

/** A whole number from the query, held within bounds; `undefined` when absent, `null` when it is not one. */
export function integer(query: URLSearchParams, name: string, low: number, high: number): number | null | undefined {
  const raw = query.get(name);
  if (raw === null || raw === '') return undefined;
  if (!/^-?\d{1,16}$/.test(raw)) return null;
  return Math.min(high, Math.max(low, Number(raw)));
}
