import type { HttpResponse } from '#shared/kernel/transport';
import type { ExchangeAccount, PracticeExchange, PracticeKey } from '../../../exchange/types.ts';
import type { MarketView } from '../../../world/world.ts';
import { json } from '../../http.ts';
import { wholeMs } from '../../instants.ts';
import type { Message } from '../../message.ts';
import type { FeedContext } from '../../venue.ts';
import type { VenueClock } from '../../venue-clock.ts';
import type { InstType } from '../instruments.ts';
import { INST_TYPES } from '../instruments.ts';
import { instIdOf } from '../sizes.ts';
import { AccountBook } from './account-book.ts';
import type { Refused } from './refusals.ts';

/** One signed call, its caller known. */
export interface Call {
  readonly key: PracticeKey;
  readonly book: AccountBook;
  readonly query: URLSearchParams;
  /** The body's object or list; an empty object for a GET. */
  readonly body: Message | readonly Message[];
  /** Header `expTime`; `null` without. */
  readonly expTime: string | null;
}

/** What every private endpoint needs. */
export class Desk {
  readonly exchange: PracticeExchange;
  readonly clock: VenueClock;
  readonly feeds: Readonly<Record<InstType, FeedContext>>;
  readonly #books = new Map<ExchangeAccount, AccountBook>();

  constructor(exchange: PracticeExchange, clock: VenueClock, feeds: Readonly<Record<InstType, FeedContext>>) {
    this.exchange = exchange;
    this.clock = clock;
    this.feeds = feeds;
  }

  get nowMs(): number {
    return this.clock.wallMs();
  }

  bookOf(account: ExchangeAccount): AccountBook {
    let book = this.#books.get(account);
    if (book === undefined) {
      book = new AccountBook(account);
      this.#books.set(account, book);
    }
    return book;
  }

  market(instId: string): MarketView | undefined {
    for (const type of INST_TYPES) {
      const found = this.feeds[type].listed().find(({ spec }) => instIdOf(spec) === instId);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The answer to calls that change orders: each order's own result beside the code of the whole. */
  results(rows: readonly { readonly row: object; readonly refused: Refused | null }[]): HttpResponse {
    const ts = String(wholeMs(this.nowMs));
    const failures = rows.filter(({ refused }) => refused !== null).length;
    const code = failures === 0 ? '0' : failures === rows.length ? '1' : '2';
    const data = rows.map(({ row, refused }) => ({
      ...row,
      tag: '',
      ts,
      sCode: refused?.code ?? '0',
      sMsg: refused?.message ?? '',
    }));
    const msg = code === '0' ? '' : code === '1' ? 'All operations failed' : 'Bulk operation partially succeeded';
    return json(200, { code, data, inTime: `${ts}000`, msg, outTime: `${ts}500` });
  }
}
