import type { AdapterContext } from '../../orders/adapter.ts';
import { exactJson } from '../../orders/exact-json.ts';
import { otherEntities } from './hosts.ts';
import { okxSignature } from './signature.ts';

const PATH = '/api/v5/account/config';
const TIMEOUT_MS = 5_000;

/**
 * AC-1: a key of another entity is an unknown key here. The other entities' own hosts are asked whether they know it, with
 * the same reading call; `null` when none says so.
 */
export async function entityThatKnows(context: AdapterContext): Promise<string | null> {
  const { transport, clock, credentials, entity, skewMs, hide } = context;
  for (const other of otherEntities(entity)) {
    const timestamp = new Date(Math.floor(clock.wallMs() + skewMs())).toISOString();
    const sign = okxSignature(credentials.secret ?? '', `${timestamp}GET${PATH}`);
    hide(sign);
    const headers = {
      accept: 'application/json',
      'user-agent': 'crossbook',
      'OK-ACCESS-KEY': credentials.apiKey ?? '',
      'OK-ACCESS-PASSPHRASE': credentials.passphrase ?? '',
      'OK-ACCESS-TIMESTAMP': timestamp,
      'OK-ACCESS-SIGN': sign,
    };
    try {
      const url = `https://${other.rest}${PATH}`;
      const { body } = await transport.request({ method: 'GET', url, headers, body: undefined, timeoutMs: TIMEOUT_MS });
      const answer = exactJson(body);
      if (typeof answer === 'object' && answer !== null && 'code' in answer && answer.code === '0') return other.entity;
    } catch {
      // Not reachable from here: it cannot be told that way.
    }
  }
  return null;
}
