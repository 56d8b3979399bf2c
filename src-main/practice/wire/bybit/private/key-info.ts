import type { PracticeKey } from '../../../exchange/types.ts';

const DAY_MS = 86_400_000;
/** Keys that are bound to no address last this long. */
const LIFE_MS = 90 * DAY_MS;

/** What a key may do (https://bybit-exchange.github.io/docs/v5/user/apikey-info). */
export function keyInfo(key: PracticeKey, bornMs: number, nowMs: number): object {
  const { trade, withdraw } = key.permissions;
  const bound = !['trading', 'read-only'].includes(key.name);
  const endsMs = key.expiresAtMs ?? bornMs + LIFE_MS;
  const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    id: key.account.id,
    note: `practice ${key.name}`,
    apiKey: key.id,
    readOnly: trade ? 0 : 1,
    secret: '',
    permissions: {
      ContractTrade: trade ? ['Order', 'Position'] : ['Position'],
      Spot: trade ? ['SpotTrade'] : [],
      Wallet: withdraw ? ['AccountTransfer', 'Withdraw'] : [],
      Options: [],
      Derivatives: trade ? ['DerivativesTrade'] : [],
      CopyTrading: [],
      BlockTrade: [],
      Exchange: [],
      NFT: [],
      Affiliate: [],
      Earn: [],
    },
    ips: bound ? ['127.0.0.1'] : ['*'],
    type: 1,
    deadlineDay: Math.max(0, Math.floor((endsMs - nowMs) / DAY_MS)),
    expiredAt: iso(endsMs),
    createdAt: iso(bornMs),
    unified: 0,
    uta: key.account.modes.accountLevel === 'spot' ? 0 : 1,
    userID: Number(key.account.id),
    inviterID: 0,
    vipLevel: 'No VIP',
    mktMakerLevel: '0',
    affiliateID: 0,
    rsaPublicKey: '',
    isMaster: true,
    parentUid: '0',
    kycLevel: 'LEVEL_1',
    kycRegion: 'SGP',
  };
}
