import type { Clock } from '#shared/kernel/time';
import type { HttpResponse } from '#shared/kernel/transport';
import type { PracticeKey, WalletHolding } from '../../../exchange/types.ts';
import { integer, json } from '../../http.ts';
import { isoSeconds } from '../../instants.ts';
import type { FeedContext } from '../../venue.ts';
import { portfolioOf } from './book-keeping.ts';
import { pageOf } from './history.ts';
import { badRequest } from './order-desk.ts';

const ACCOUNTS_USUAL = 49;
const ACCOUNTS_MOST = 250;
const FIAT: readonly string[] = ['USD', 'EUR', 'GBP'];

/** `GET /accounts`, `/key_permissions`, `/transaction_summary`. */
export class AccountWords {
  readonly #feed: FeedContext;
  readonly #clock: Clock;

  constructor(feed: FeedContext, clock: Clock) {
    this.#feed = feed;
    this.#clock = clock;
  }

  accounts({ account }: PracticeKey, query: URLSearchParams): HttpResponse {
    const limit = integer(query, 'limit', 1, ACCOUNTS_MOST);
    if (limit === null) return badRequest('limit must be a number');
    const market = this.#feed.markets[0];
    const holdings = market === undefined ? [] : account.holdings(account.walletOf(market));
    const page = pageOf([...holdings].reverse(), query.get('cursor'), limit ?? ACCOUNTS_USUAL);
    if (page === null) return badRequest('invalid cursor');
    return json(200, {
      accounts: page.rows.map((holding) => this.#row(holding, portfolioOf(account))),
      has_next: page.next !== '',
      cursor: page.next,
      size: page.rows.length,
    });
  }

  permissions(key: PracticeKey): HttpResponse {
    return json(200, {
      can_view: key.permissions.read,
      can_trade: key.permissions.trade,
      can_transfer: key.permissions.withdraw,
      portfolio_uuid: portfolioOf(key.account),
      portfolio_type: 'DEFAULT',
    });
  }

  summary({ account }: PracticeKey): HttpResponse {
    const market = this.#feed.markets[0];
    if (market === undefined) return badRequest('no products');
    const { maker, taker } = account.fees(market);
    return json(200, {
      total_volume: 0,
      total_fees: 0,
      fee_tier: {
        pricing_tier: 'Intro 1',
        usd_from: '',
        usd_to: '',
        taker_fee_rate: taker.toFixed(),
        maker_fee_rate: maker.toFixed(),
        aop_from: '0',
        aop_to: '1000000',
      },
      margin_rate: null,
      goods_and_services_tax: null,
      advanced_trade_only_volume: 0,
      advanced_trade_only_fees: 0,
      coinbase_pro_volume: 0,
      coinbase_pro_fees: 0,
      total_balance: '0',
      has_promo_fee: false,
      has_cost_plus_commission: false,
    });
  }

  #row({ currency, total, locked }: WalletHolding, portfolio: string): object {
    const at = isoSeconds(this.#clock.wallMs());
    const digits = Buffer.from(currency).toString('hex').padEnd(12, '0').slice(0, 12);
    return {
      uuid: `8bfc20d7-0000-4000-8000-${digits}`,
      name: `${currency} Wallet`,
      currency,
      available_balance: { value: total.minus(locked).toFixed(), currency },
      default: true,
      active: true,
      created_at: '2023-01-01T00:00:00Z',
      updated_at: at,
      deleted_at: null,
      type: FIAT.includes(currency) ? 'ACCOUNT_TYPE_FIAT' : 'ACCOUNT_TYPE_CRYPTO',
      ready: true,
      hold: { value: locked.toFixed(), currency },
      retail_portfolio_id: portfolio,
      platform: 'ACCOUNT_PLATFORM_CONSUMER',
    };
  }
}
