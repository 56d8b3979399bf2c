import type { Clock } from '#shared/kernel/time';
import type { ExchangeAccount, PracticeKey } from '../../../exchange/types.ts';
import type { FeedContext } from '../../venue.ts';
import { assetCode, findPair, pairId } from '../pairs.ts';
import { tradeNumber, tradeTxid } from './ids.ts';
import { tradeRow } from './order-rows.ts';
import type { Outcome } from './orders.ts';
import { numberOf } from './orders.ts';

const FEED = 'kraken:spot';
const PAGE = 50;
const DIGITS = 10;

/** `BalanceEx`: what is there and what of it is held for orders. */
export function balances(account: ExchangeAccount, feed: FeedContext): Outcome {
  const [market] = feed.markets;
  if (market === undefined) return { result: {} };
  const rows = account.holdings(account.walletOf(market)).map(({ currency, total, locked }) => [
    assetCode(currency),
    {
      balance: total.toFixed(DIGITS),
      credit: '0.0000000000',
      credit_used: '0.0000000000',
      hold_trade: locked.toFixed(DIGITS),
    },
  ]);
  return { result: Object.fromEntries(rows) };
}

/** `Balance`: totals alone. */
export function totals(account: ExchangeAccount, feed: FeedContext): Outcome {
  const [market] = feed.markets;
  if (market === undefined) return { result: {} };
  const rows = account
    .holdings(account.walletOf(market))
    .map(({ currency, total }) => [assetCode(currency), total.toFixed(DIGITS)]);
  return { result: Object.fromEntries(rows) };
}

/** `TradeVolume`: the account's fee rates in percent, taker's and maker's apart. */
export function tradeVolume(account: ExchangeAccount, feed: FeedContext, form: URLSearchParams): Outcome {
  const names = form.get('pair');
  if (names === null) return { result: { currency: 'ZUSD', volume: '0.0000', fees: null, fees_maker: null } };
  const fees: Record<string, object> = {};
  const feesMaker: Record<string, object> = {};
  for (const name of names.split(',')) {
    const market = findPair(feed.listed(), name.trim());
    if (market === undefined) return 'EQuery:Unknown asset pair';
    const { maker, taker } = account.fees(market);
    fees[pairId(market.spec)] = feeTier(taker.times('100').toFixed(4));
    feesMaker[pairId(market.spec)] = feeTier(maker.times('100').toFixed(4));
  }
  return { result: { currency: 'ZUSD', volume: '0.0000', fees, fees_maker: feesMaker } };
}

const feeTier = (fee: string): object => ({
  fee,
  minfee: '0.0000',
  maxfee: fee,
  nextfee: null,
  nextvolume: null,
  tiervolume: '0.0000',
});

/** `TradesHistory`, newest first, fifty at a time. */
export function trades(account: ExchangeAccount, form: URLSearchParams): Outcome {
  const ofs = numberOf(form, 'ofs');
  const start = boundary(account, form, 'start');
  const end = boundary(account, form, 'end');
  if (ofs === 'bad' || start === 'bad' || end === 'bad') return 'EGeneral:Invalid arguments';
  const found = [...account.fills(FEED)]
    .filter(({ atMs }) => (start === null || atMs > start * 1000) && (end === null || atMs <= end * 1000))
    .sort((a, b) => b.atMs - a.atMs || b.tradeNumber - a.tradeNumber);
  const page = found.slice(ofs ?? 0, (ofs ?? 0) + PAGE);
  const rows = Object.fromEntries(page.map((fill) => [tradeTxid(fill.tradeNumber), tradeRow(fill)]));
  const count = form.get('without_count') === 'true' ? {} : { count: found.length };
  return { result: { trades: rows, ...count } };
}

/** `QueryTrades`: up to twenty by id. */
export function tradesById(account: ExchangeAccount, form: URLSearchParams): Outcome {
  const txids = (form.get('txid') ?? '').split(',').map((txid) => txid.trim());
  if (txids.length > 20 || txids[0] === '') return 'EGeneral:Invalid arguments:txid';
  const wanted = new Set(txids.map(tradeNumber));
  if (wanted.has(null)) return 'EQuery:Unknown trade';
  const rows = account.fills(FEED).filter(({ tradeNumber: number }) => wanted.has(number));
  return { result: Object.fromEntries(rows.map((fill) => [tradeTxid(fill.tradeNumber), tradeRow(fill)])) };
}

/** A time in seconds, or the time of the trade that is named. */
function boundary(account: ExchangeAccount, form: URLSearchParams, name: string): number | null | 'bad' {
  const number = tradeNumber(form.get(name) ?? '');
  if (number === null) return numberOf(form, name);
  const fill = account.fills(FEED).find((one) => one.tradeNumber === number);
  return fill === undefined ? 'bad' : fill.atMs / 1000;
}

/** `GetApiKeyInfo`: numbers come as text. */
export function keyInfo(key: PracticeKey, nonce: string, clock: Clock): Outcome {
  const { read, trade, withdraw } = key.permissions;
  const created = String(Math.floor(clock.wallMs() / 1000) - 86_400);
  return {
    result: {
      api_key_name: `practice ${key.name}`,
      api_key: key.id,
      nonce,
      nonce_window: '0',
      permissions: [
        ...(read ? ['query-funds', 'query-open-trades', 'query-closed-trades', 'query-ledger', 'create-ws-token'] : []),
        ...(trade ? ['modify-trades', 'close-trades'] : []),
        ...(withdraw ? ['withdraw-funds'] : []),
      ],
      iban: 'AA00 N00G PRAC TICE',
      valid_until: key.expiresAtMs === null ? '0' : String(Math.floor(key.expiresAtMs / 1000)),
      query_from: '0',
      query_to: '0',
      created_time: created,
      modified_time: created,
      ip_allowlist: [],
      last_used: String(Math.floor(clock.wallMs() / 1000)),
    },
  };
}
