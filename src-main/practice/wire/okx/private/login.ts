import type { PracticeKey } from '../../../exchange/types.ts';
import type { Message } from '../../message.ts';
import { isRecord, stringAt } from '../../message.ts';
import type { Desk } from './desk.ts';
import { keyAt, SIGNATURE_WINDOW_MS, same, signatureOf } from './signature.ts';

export interface LoginRefused {
  readonly code: string;
  readonly msg: string;
}

const no = (code: string, msg: string): LoginRefused => ({ code, msg });

/** Who logs in. https://www.okx.com/docs-v5/en/#overview-websocket-login */
export function loginOf(desk: Desk, entity: string, request: Message): PracticeKey | LoginRefused {
  const [first] = Array.isArray(request.args) ? request.args : [];
  if (!isRecord(first)) return no('60013', 'Invalid args');
  const [id, passphrase] = [stringAt(first, 'apiKey') ?? '', stringAt(first, 'passphrase') ?? ''];
  const [timestamp, sign] = [stringAt(first, 'timestamp') ?? '', stringAt(first, 'sign') ?? ''];
  if (id === '') return no('60001', '"OK-ACCESS-KEY" cannot be empty.');
  if (sign === '') return no('60002', '"OK-ACCESS-SIGN" cannot be empty.');
  if (passphrase === '') return no('60003', '"OK-ACCESS-PASSPHRASE" cannot be empty.');
  if (!/^\d{10}(?:\.\d+)?$/.test(timestamp)) return no('60004', 'Invalid timestamp');
  if (Math.abs(Number(timestamp) * 1_000 - desk.nowMs) > SIGNATURE_WINDOW_MS) {
    return no('60006', 'Timestamp request expired');
  }
  const key = keyAt(desk.exchange, id, entity, desk.nowMs);
  if (key === undefined) return no('60032', "API key doesn't exist");
  if (!same(passphrase, key.passphrase ?? '')) return no('60024', 'Wrong passphrase');
  if (!same(sign, signatureOf(key.secret, `${timestamp}GET/users/self/verify`))) return no('60007', 'Invalid sign');
  if (key.ipRefused) return no('60009', 'Login failed.');
  return key;
}
