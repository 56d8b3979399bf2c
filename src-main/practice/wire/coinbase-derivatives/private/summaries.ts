import { type Decimal, decimal, max, ZERO } from '#shared/money/decimal';
import type { ExchangeAccount, WalletHolding } from '../../../exchange/types.ts';
import { type Message, stringAt } from '../../message.ts';
import type { FeedContext } from '../../venue.ts';
import { indexOf } from '../instruments.ts';
import { type Outcome, wrong } from './outcomes.ts';
import { num } from './wire-text.ts';

/** `private/get_account_summary` and `private/get_account_summaries`. */
export class GatewaySummaries {
  readonly #feed: FeedContext;

  constructor(feed: FeedContext) {
    this.#feed = feed;
  }

  one(account: ExchangeAccount, params: Message): Outcome {
    const currency = stringAt(params, 'currency');
    if (currency === undefined) return wrong('currency', 'missing');
    const holding = this.#holdings(account).find((held) => held.currency === currency);
    if (holding === undefined) return wrong('currency');
    const more = params.extended === true ? { ...this.#account(account), fees: this.#fees(account) } : {};
    return { result: { ...more, ...this.row(account, holding) } };
  }

  all(account: ExchangeAccount, params: Message): Outcome {
    const summaries = this.#holdings(account).map((holding) => this.row(account, holding));
    return { result: { ...(params.extended === true ? this.#account(account) : {}), summaries } };
  }

  row(account: ExchangeAccount, { currency, total, locked }: WalletHolding): object {
    const upl = this.#unrealised(account, currency);
    const equity = total.plus(upl);
    return {
      currency,
      margin_model: account.modes.marginMode === 'cross' ? 'cross_sm' : 'segregated_sm',
      cross_collateral_enabled: account.modes.marginMode === 'cross',
      portfolio_margining_enabled: false,
      balance: num(total),
      equity: num(equity),
      margin_balance: num(equity),
      initial_margin: num(locked),
      maintenance_margin: num(locked.times(decimal('0.5'))),
      available_funds: num(max(ZERO, equity.minus(locked))),
      available_withdrawal_funds: num(max(ZERO, total.minus(locked))),
      session_upl: num(upl),
      session_rpl: num(ZERO),
      futures_session_upl: num(upl),
      futures_pl: num(upl),
      total_pl: num(upl),
      delta_total: num(ZERO),
      spot_reserve: num(ZERO),
      fee_balance: num(ZERO),
    };
  }

  #account({ id }: ExchangeAccount): object {
    return {
      id: Number(id),
      type: 'main',
      username: `trader${id}`,
      system_name: `trader${id}`,
      email: 'trader@example.com',
      creation_timestamp: 1_785_000_000_000,
      login_enabled: false,
      security_keys_enabled: false,
      mmp_enabled: false,
      interuser_transfers_enabled: false,
      self_trading_reject_mode: 'cancel_maker',
      self_trading_extended_to_subaccounts: 'false',
      receive_notifications: false,
    };
  }

  #fees(account: ExchangeAccount): Readonly<Record<string, object>> {
    return Object.fromEntries(
      this.#feed.listed().map((market) => {
        const { maker, taker } = account.fees(market);
        const rates = { default: { type: 'fixed', maker: num(maker), taker: num(taker) }, block_trade: num(taker) };
        return [indexOf(market.spec), { perpetual: rates, future: rates }];
      }),
    );
  }

  #holdings(account: ExchangeAccount): readonly WalletHolding[] {
    const market = this.#feed.markets[0];
    return market === undefined ? [] : account.holdings(account.walletOf(market));
  }

  #unrealised(account: ExchangeAccount, currency: string): Decimal {
    return account
      .positions()
      .filter(({ market }) => market.spec.feed === this.#feed.feed && market.spec.settle === currency)
      .reduce((sum, { unrealised }) => sum.plus(unrealised), ZERO);
  }
}
