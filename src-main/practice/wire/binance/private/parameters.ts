import type { Side } from '#shared/domain/order';
import type { HttpResponse } from '#shared/kernel/transport';
import type { Decimal } from '#shared/money/decimal';
import { tryDecimal } from '#shared/money/decimal';
import type { PlaceRequest } from '../../../exchange/types.ts';
import { failed, illegal, missing } from '../answers.ts';

/** Carries the venue's refusal of a parameter out of nested reading. */
export class BadParameter extends Error {
  readonly answer: HttpResponse;
  constructor(answer: HttpResponse) {
    super(answer.body);
    this.answer = answer;
  }
}

const refuse = (answer: HttpResponse): never => {
  throw new BadParameter(answer);
};

export const required = (params: URLSearchParams, name: string): string => {
  const value = params.get(name);
  return value === null || value === '' ? refuse(missing(name)) : value;
};

/** A positive decimal; `null` when it was not sent. */
export function amount(params: URLSearchParams, name: string): Decimal | null {
  const text = params.get(name);
  if (text === null) return null;
  if (text === '') return refuse(failed(400, -1105, `Parameter '${name}' was empty.`));
  const value = /[eE]/.test(text) ? undefined : tryDecimal(text);
  return value === undefined || value.lt('0') ? refuse(illegal(name)) : value;
}

export const requiredAmount = (params: URLSearchParams, name: string): Decimal =>
  amount(params, name) ?? refuse(missing(name));

/** A whole number; `null` when it was not sent. */
export function whole(params: URLSearchParams, name: string): number | null {
  const text = params.get(name);
  if (text === null || text === '') return null;
  return /^\d{1,16}$/.test(text) ? Number(text) : refuse(illegal(name));
}

export function sideOf(params: URLSearchParams): Side {
  const side = required(params, 'side');
  if (side === 'BUY') return 'buy';
  return side === 'SELL' ? 'sell' : refuse(failed(400, -1117, 'Invalid side.'));
}

export const badType = (): never => refuse(failed(400, -1116, 'Invalid orderType.'));
export const badTimeInForce = (): never => refuse(failed(400, -1115, 'Invalid timeInForce.'));
export const notRequired = (name: string): never =>
  refuse(failed(400, -1106, `Parameter '${name}' sent when not required.`));

/** A client order id of the product's alphabet; `null` when it was not sent. */
export function clientId(params: URLSearchParams, name: string, legal: RegExp): string | null {
  const text = params.get(name);
  if (text === null) return null;
  if (legal.test(text)) return text;
  return refuse(
    failed(400, -1100, `Illegal characters found in parameter '${name}'; legal range is '${legal.source}'.`),
  );
}

const MODES: Readonly<Record<string, PlaceRequest['selfTrade']>> = {
  NONE: 'allow',
  EXPIRE_TAKER: 'cancel-taker',
  EXPIRE_MAKER: 'cancel-maker',
  EXPIRE_BOTH: 'cancel-both',
};

/** `usual` stands where none was sent. */
export function selfTradeOf(params: URLSearchParams, usual: string): PlaceRequest['selfTrade'] {
  const mode = MODES[params.get('selfTradePreventionMode') ?? usual];
  return mode ?? refuse(failed(400, -5039, 'Invalid self trade prevention mode.'));
}

/** The mode as Binance writes it. */
export const modeName = (mode: PlaceRequest['selfTrade']): string =>
  Object.keys(MODES).find((name) => MODES[name] === mode) ?? 'NONE';

/** A switch that comes as text. */
export function flag(params: URLSearchParams, name: string): boolean {
  const text = params.get(name) ?? 'false';
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  return refuse(illegal(name));
}
