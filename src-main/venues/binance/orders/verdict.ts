import { isObject } from '../../kit/json.ts';
import type { Verdict } from '../../orders/adapter.ts';

type Judged = Exclude<ReturnType<Verdict>, null>;

/**
 * Codes with which Binance did nothing: the request was malformed, or refused before or by the matching engine.
 * Not among them: -1000, -1001, -1006 and -1007, after which the status of execution is unknown.
 * https://developers.binance.com/docs/binance-spot-api-docs/errors
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code
 */
const REFUSED: ReadonlySet<string> = new Set(
  [
    // Requests: form, parameters, filters.
    [-1013, -1014, -1020, -1023, -1100, -1101, -1102, -1103, -1104, -1105, -1106, -1108, -1110, -1111, -1112, -1114],
    [-1115, -1116, -1117, -1118, -1119, -1121, -1122, -1125, -1127, -1128, -1130, -1131, -1134, -1135, -1136, -1145],
    [-1158, -1160, -1165, -1166, -1168, -1196, -1197, -1198, -1199],
    // The matching engine. -2010 alone is looked at more closely.
    [-2010, -2011, -2013, -2018, -2019, -2020, -2021, -2022, -2023, -2024, -2025, -2026, -2027, -2028, -2039],
    // Filters, modes and limits of futures.
    [-4000, -4001, -4002, -4003, -4004, -4005, -4006, -4007, -4008, -4011, -4012, -4013, -4014, -4015, -4016, -4017],
    [-4018, -4019, -4020, -4021, -4022, -4023, -4024, -4025, -4026, -4027, -4028, -4029, -4030, -4045, -4046, -4055],
    [-4059, -4060, -4061, -4087, -4088, -4118, -4120, -4130, -4131, -4135, -4137, -4138, -4140, -4141, -4142, -4164],
    [-4183, -4184, -4192, -4210, -4211, -4400, -4401, -4402, -4403],
    [-5021, -5022, -5028, -5037, -5038, -5039, -5040, -5041],
  ]
    .flat()
    .map(String),
);
/** Of the key, its address and what it may do. -2008 is a key that this host does not know. */
const AUTHENTICATION: ReadonlySet<string> = new Set(
  [-1002, -1005, -1011, -1022, -1099, -1109, -2008, -2014, -2015, -2017].map(String),
);
/** Nothing was found out and nothing was done, or nobody knows: a question may be asked again. */
const TRANSIENT: ReadonlySet<string> = new Set([-1000, -1001, -1006, -1007].map(String));
/** An order with the same name is there already: then there is an order (EX-3). */
const DUPLICATE = /duplicate/i;
const DUPLICATES: ReadonlySet<string> = new Set(['-4111', '-4116']);

const judged = (kind: Judged['kind'], code: string, message: string, retryAfterMs: number | null = null): Judged => ({
  kind,
  code,
  message: message === '' ? code : message,
  retryAfterMs,
});

/** Sorts what Binance answers, spot and futures alike (EX-3). A 5xx says nothing of what was done. */
export const binanceVerdict: Verdict = ({ status, body, text, headers, call }) => {
  const told = isObject(body) ? body : {};
  const code = typeof told.code === 'string' ? told.code : '';
  const words = typeof told.msg === 'string' ? told.msg.slice(0, 160) : text.trim().slice(0, 160);
  if (status < 400 && !code.startsWith('-')) return null;
  if (status === 418 || status === 429 || code === '-1003' || code === '-1015') {
    return judged('rate-limit', code || `HTTP_${status}`, words, retryAfterMs(headers));
  }
  if (status === 451) return judged('authentication', 'REGION', words);
  if (code === '-1016' || /under maintenance/i.test(words)) return judged('maintenance', code || 'MAINTENANCE', words);
  if (AUTHENTICATION.has(code)) return judged('authentication', code, words);
  const create = call.kind === 'create';
  // Outside of the receive window: for a create its deadline; anything else was late or a clock is wrong.
  if (code === '-1021') return judged(create ? 'rejected' : 'transient', code, words);
  if (code === '-1008') return judged('transient', code, words);
  if (DUPLICATES.has(code) || (code === '-2010' && DUPLICATE.test(words))) return judged('in-doubt', code, words);
  if (TRANSIENT.has(code)) return judged(create ? 'in-doubt' : 'transient', code, words);
  if (REFUSED.has(code) && status < 500) return judged('rejected', code, words);
  if (code === '' && status >= 500 && !create) return judged('transient', `HTTP_${status}`, words);
  return judged('in-doubt', code || `HTTP_${status}`, words);
};

function retryAfterMs(headers: Readonly<Record<string, string>>): number | null {
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return seconds > 0 ? seconds * 1000 : null;
}
