import type { HttpResponse } from '#shared/kernel/transport';
import { json } from '../http.ts';

/** What OKX's v5 REST API answers with: https://www.okx.com/docs-v5/en/#error-code-rest-api */
export const ok = (data: readonly unknown[]): HttpResponse => json(200, { code: '0', data, msg: '' });
export const failed = (status: number, code: string, msg: string): HttpResponse =>
  json(status, { code, data: [], msg });
export const wrong = (name: string): HttpResponse => failed(400, '51000', `Parameter ${name}  error`);
export const missing = (name: string): HttpResponse => failed(400, '50014', `Parameter ${name} can not be empty.`);
export const noInstrument = (): HttpResponse =>
  failed(200, '51001', "Instrument ID, Instrument ID code, or Spread ID doesn't exist.");
export const tooMany = (): HttpResponse => failed(429, '50011', 'Too Many Requests');
