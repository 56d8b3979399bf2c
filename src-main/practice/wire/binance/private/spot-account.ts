import type { ExchangeAccount, PracticeKey } from '../../../exchange/types.ts';
import type { MarketView } from '../../../world/world.ts';
import { wholeMs } from '../../instants.ts';
import { symbolOf } from '../symbols.ts';
import { eight } from './spot-rows.ts';

/** `GET /api/v3/account`; the rates are those of the first market, which are the account's usual ones. */
export function spotAccountRow(
  { account, permissions }: PracticeKey,
  [market]: readonly MarketView[],
  params: URLSearchParams,
  wallMs: number,
): object {
  if (market === undefined) throw new RangeError('spot has no market');
  const { maker, taker } = account.fees(market);
  const zeros = params.get('omitZeroBalances') !== 'true';
  const holdings = account.holdings(account.walletOf(market)).filter(({ total }) => zeros || !total.eq('0'));
  return {
    makerCommission: Number(maker.times('10000').toFixed(0)),
    takerCommission: Number(taker.times('10000').toFixed(0)),
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: { maker: eight(maker), taker: eight(taker), buyer: '0.00000000', seller: '0.00000000' },
    canTrade: true,
    canWithdraw: permissions.withdraw,
    canDeposit: true,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: wholeMs(wallMs),
    accountType: 'SPOT',
    balances: holdings.map(({ currency, total, locked }) => ({
      asset: currency,
      free: eight(total.minus(locked)),
      locked: eight(locked),
    })),
    permissions: ['SPOT'],
    uid: Number(account.id),
  };
}

/** `GET /sapi/v1/asset/tradeFee`. */
export const tradeFeeRows = (account: ExchangeAccount, markets: readonly MarketView[]): readonly object[] =>
  markets.map((market) => {
    const { maker, taker } = account.fees(market);
    return { symbol: symbolOf(market.spec), makerCommission: maker.toFixed(), takerCommission: taker.toFixed() };
  });
