import type { HttpResponse } from '#shared/kernel/transport';
import type { Decimal } from '#shared/money/decimal';
import { wire, ZERO } from '#shared/money/decimal';
import type { ExchangeAccount } from '../../../exchange/types.ts';
import type { MarketView } from '../../../world/world.ts';
import { wholeMs } from '../../instants.ts';
import type { Message } from '../../message.ts';
import { stringAt } from '../../message.ts';
import { failed, missing, noInstrument, ok, wrong } from '../answers.ts';
import { INST_TYPES, instrumentInfo } from '../instruments.ts';
import { instIdOf } from '../sizes.ts';
import type { Call, Desk } from './desk.ts';
import { positive } from './place.ts';
import { positionRow } from './rows.ts';

const LEVELS = { spot: '1', futures: '2', 'multi-currency': '3', portfolio: '4' } as const;
const MOST_INSTRUMENTS = 20;

/** GET account/config: modes of the account and what the key may do. */
export function config({ key, book }: Call): HttpResponse {
  const { account } = book;
  const { modes } = account;
  const { read, trade, withdraw } = key.permissions;
  const perm = [read ? 'read_only' : '', withdraw ? 'withdraw' : '', trade ? 'trade' : ''].filter((one) => one !== '');
  return ok([
    {
      acctLv: LEVELS[modes.accountLevel],
      acctStpMode: 'cancel_maker',
      autoLoan: modes.autoBorrow,
      ctIsoMode: 'automatic',
      // Each account mode has a switch of its own for borrowing.
      enableSpotBorrow: modes.autoBorrow && modes.accountLevel === 'spot',
      feeType: '0',
      greeksType: 'PA',
      ip: key.ipRefused ? '198.51.100.23' : '203.0.113.7',
      kycLv: '3',
      label: key.name,
      level: 'Lv1',
      levelTmp: '',
      mainUid: account.id,
      mgnIsoMode: 'automatic',
      opAuth: '0',
      perm: perm.join(','),
      posMode: modes.positionMode === 'hedge' ? 'long_short_mode' : 'net_mode',
      roleType: '0',
      spotBorrowAutoRepay: false,
      type: '0',
      uid: account.id,
    },
  ]);
}

/** One currency of the unified account as `account/balance` and the `account` channel tell it. */
export function balanceDetails(account: ExchangeAccount): readonly object[] {
  const sums = new Map<string, { total: Decimal; locked: Decimal }>();
  for (const wallet of account.wallets) {
    for (const { currency, total, locked } of account.holdings(wallet)) {
      const sum = sums.get(currency) ?? { total: ZERO, locked: ZERO };
      sums.set(currency, { total: sum.total.plus(total), locked: sum.locked.plus(locked) });
    }
  }
  return [...sums].map(([ccy, { total, locked }]) => ({
    ccy,
    availBal: wire(total.minus(locked)),
    availEq: wire(total.minus(locked)),
    cashBal: wire(total),
    eq: wire(total),
    frozenBal: wire(locked),
    liab: '0',
    ordFrozen: wire(locked),
    spotBal: wire(total),
    upl: '0',
  }));
}

/** GET account/balance. */
export function balance(desk: Desk, { query, book }: Call): HttpResponse {
  const wanted = (query.get('ccy') ?? '').split(',').filter((one) => one !== '');
  const details = balanceDetails(book.account).filter((row) => wanted.length === 0 || wanted.includes(ccyOf(row)));
  return ok([{ details, totalEq: '', uTime: String(wholeMs(desk.nowMs)) }]);
}

const ccyOf = (row: object): string => ('ccy' in row ? String(row.ccy) : '');

/** GET account/positions. */
export function positions(desk: Desk, { query, book }: Call): HttpResponse {
  const type = query.get('instType');
  if (type !== null && !['SWAP', 'MARGIN', 'FUTURES', 'OPTION', 'EVENTS'].includes(type)) return wrong('instType');
  const wanted = (query.get('instId') ?? '').split(',').filter((one) => one !== '');
  const rows = book.account
    .positions()
    .filter(
      ({ market }) =>
        (type === null || type === 'SWAP') && (wanted.length === 0 || wanted.includes(instIdOf(market.spec))),
    )
    .map((position) => positionRow(position, desk.nowMs));
  return ok(rows);
}

/** GET account/trade-fee: rates are negative, and differ by the group of an instrument. */
export function tradeFee(desk: Desk, { query, book }: Call): HttpResponse {
  const type = INST_TYPES.find((one) => one === query.get('instType'));
  if (type === undefined) return wrong('instType');
  const groups = new Map<string, { readonly groupId: string; readonly maker: string; readonly taker: string }>();
  for (const market of desk.feeds[type].listed()) {
    if (query.get('instId') !== null && query.get('instId') !== instIdOf(market.spec)) continue;
    const { maker, taker } = book.account.fees(market);
    const groupId = groupOf(market);
    groups.set(groupId, { groupId, maker: wire(ZERO.minus(maker)), taker: wire(ZERO.minus(taker)) });
  }
  const [first] = groups.values();
  if (first === undefined) return noInstrument();
  return ok([
    {
      category: '1',
      feeGroup: [...groups.values()],
      instType: type,
      level: 'Lv1',
      maker: type === 'SPOT' ? first.maker : '',
      makerU: type === 'SWAP' ? first.maker : '',
      taker: type === 'SPOT' ? first.taker : '',
      takerU: type === 'SWAP' ? first.taker : '',
      ts: String(wholeMs(desk.nowMs)),
    },
  ]);
}

const groupOf = (market: MarketView): string => {
  const info: Message = { ...instrumentInfo(market) };
  return stringAt(info, 'groupId') ?? '1';
};

/** GET account/instruments: what this account may trade. */
export function accountInstruments(desk: Desk, { query }: Call): HttpResponse {
  const type = INST_TYPES.find((one) => one === query.get('instType'));
  if (type === undefined) return wrong('instType');
  const id = query.get('instId');
  const rows = desk.feeds[type].listed().filter(({ spec }) => id === null || instIdOf(spec) === id);
  return rows.length === 0 && id !== null ? noInstrument() : ok(rows.map(instrumentInfo));
}

/** GET account/leverage-info, of at most twenty swaps. */
export function leverageInfo(desk: Desk, { query, book }: Call): HttpResponse {
  const ids = (query.get('instId') ?? '').split(',').filter((one) => one !== '');
  const mgnMode = query.get('mgnMode') ?? '';
  if (ids.length === 0) return missing('instId');
  if (mgnMode !== 'cross' && mgnMode !== 'isolated') return wrong('mgnMode');
  if (ids.length > MOST_INSTRUMENTS)
    return failed(200, '50025', `Parameter instId count exceeds the limit ${MOST_INSTRUMENTS}.`);
  const rows: object[] = [];
  for (const id of ids) {
    const market = desk.market(id);
    if (market === undefined || market.perp === null) return noInstrument();
    rows.push({ instId: id, mgnMode, posSide: 'net', lever: wire(book.account.leverage(market)), ccy: '' });
  }
  return ok(rows);
}

/** POST account/set-leverage. */
export function setLeverage(desk: Desk, call: Call): HttpResponse {
  if (Array.isArray(call.body)) return failed(400, '50002', 'JSON syntax error');
  const body = call.body as Message;
  for (const name of ['instId', 'lever', 'mgnMode']) if (!body[name]) return missing(name);
  const [instId, mgnMode] = [stringAt(body, 'instId') ?? '', body.mgnMode];
  const market = desk.market(instId);
  if (market === undefined || market.perp === null) return noInstrument();
  const lever = positive(body.lever);
  if (lever === null) return wrong('lever');
  if (mgnMode !== 'cross') return wrong('mgnMode');
  const set = call.book.account.setLeverage(market, lever);
  if (!set.ok) return failed(200, '59102', 'Leverage exceeds the maximum limit. Please lower the leverage.');
  return ok([{ instId, lever: wire(lever), mgnMode, posSide: '' }]);
}
