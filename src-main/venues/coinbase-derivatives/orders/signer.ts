import type { HttpRequest } from '#shared/kernel/transport';
import { keyToken, readCdpKey } from '../../coinbase/orders/cdp-key.ts';
import type { SignedCall, Signer, SignerContext } from '../../orders/adapter.ts';
import { exactText } from './exact-text.ts';

const GATEWAY = 'drb.coinbase.com';
const REST = 'api.coinbase.com';
/** What a CDP key may do is told by Coinbase's own API: the one call that does not go to the gateway. */
export const PERMISSIONS_CALL = 'GET /api/v3/brokerage/key_permissions';

/**
 * JSON-RPC by POST, as the gateway wants credentials sent. Its private calls carry an access token, which the caller gives as
 * a header; only the exchange for one, and the call for the key's permissions, are signed.
 * https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/guides/derivatives/technical
 */
export function gatewaySigner({ credentials, clock, random, skewMs }: SignerContext): Signer {
  let id = 0;
  const token = (uri?: string): string => {
    const key = readCdpKey(credentials);
    if (!key.ok) throw new Error(key.error);
    return keyToken(key.value, clock.wallMs() + skewMs(), random, uri);
  };
  const rpc = (call: SignedCall, params: unknown): HttpRequest => {
    id += 1;
    return {
      method: 'POST',
      url: `https://${GATEWAY}/api/v2/${call.method}`,
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        'user-agent': 'crossbook',
        ...call.headers,
      },
      body: exactText({ jsonrpc: '2.0', id, method: call.method, params }),
      timeoutMs: call.timeoutMs,
    };
  };
  return {
    async sign(call) {
      if (call.method === 'public/auth') return rpc(call, { grant_type: 'coinbase_cdp', token: token() });
      if (call.method.startsWith('private/')) return rpc(call, call.params);
      if (call.method !== PERMISSIONS_CALL) throw new Error(`no such call: ${call.method}`);
      const path = PERMISSIONS_CALL.slice('GET '.length);
      return {
        method: 'GET',
        url: `https://${REST}${path}`,
        headers: {
          accept: 'application/json',
          'user-agent': 'crossbook',
          authorization: `Bearer ${token(`GET ${REST}${path}`)}`,
        },
        body: undefined,
        timeoutMs: call.timeoutMs,
      };
    },
  };
}
