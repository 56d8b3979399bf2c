import type { FeedId } from '#shared/domain/ids';
import { productOf } from '#shared/domain/ids';
import type { Clock } from '#shared/kernel/time';
import type { HttpRequest, HttpResponse } from '#shared/kernel/transport';
import type { PracticeExchange, PracticeKey } from '../../../exchange/types.ts';
import type { MarketView } from '../../../world/world.ts';
import type { Asked } from '../../http.ts';
import { answered, json } from '../../http.ts';
import type { FeedContext, VenueAnswer } from '../../venue.ts';
import { invalidSymbol } from '../answers.ts';
import { symbolOf } from '../symbols.ts';
import type { Need } from './gatekeeper.ts';
import { Gatekeeper, isAdmitted } from './gatekeeper.ts';
import { BadParameter, required } from './parameters.ts';

/** One endpoint of an account. */
export interface AccountCall {
  readonly weight: number | ((query: URLSearchParams) => number);
  readonly need: Need;
  /** Which faults of orders befall its answer (PP-3). */
  readonly what: 'create' | 'cancel' | 'read';
  readonly work: (key: PracticeKey, params: URLSearchParams) => HttpResponse;
}

/** Endpoints by verb and path. */
export type AccountCalls = Readonly<Record<string, AccountCall>>;

/** Lets a request in, has its endpoint do its work, and sees to what becomes of the answer. */
export class AccountDesk {
  readonly #exchange: PracticeExchange;
  readonly #feed: FeedId;
  readonly #gatekeeper: Gatekeeper;
  readonly #calls: AccountCalls;

  constructor(exchange: PracticeExchange, feed: FeedId, clock: Clock, calls: AccountCalls) {
    this.#exchange = exchange;
    this.#feed = feed;
    this.#gatekeeper = new Gatekeeper(exchange, clock, productOf(feed));
    this.#calls = calls;
  }

  /** `null` for a path that is not of the account. */
  route(request: HttpRequest, { method, path, query }: Asked): { weight: number; answer: () => VenueAnswer } | null {
    const call = this.#calls[`${method} ${path}`];
    if (call === undefined) return null;
    const weight = typeof call.weight === 'number' ? call.weight : call.weight(query);
    return { weight, answer: () => this.#answer(request, call) };
  }

  #answer(request: HttpRequest, { need, what, work }: AccountCall): VenueAnswer {
    if (this.#exchange.inMaintenance(this.#feed)) return json(503, { code: 1, msg: 'System is under maintenance.' });
    const admission = this.#gatekeeper.admit(request, need);
    if (!isAdmitted(admission)) return admission;
    try {
      const answer = work(admission.key, admission.params);
      return answer.status === 200 ? answered(answer, this.#exchange.answerTo(this.#feed, what)) : answer;
    } catch (error) {
      if (error instanceof BadParameter) return error.answer;
      throw error;
    }
  }
}

/** The market that `symbol` names. @throws {BadParameter} */
export function marketOf(feed: FeedContext, params: URLSearchParams): MarketView {
  const symbol = required(params, 'symbol');
  const market = feed.listed().find(({ spec }) => symbolOf(spec) === symbol);
  if (market === undefined) throw new BadParameter(invalidSymbol());
  return market;
}

/** Like {@link marketOf}; `null` when no symbol was named. @throws {BadParameter} */
export const marketIfNamed = (feed: FeedContext, params: URLSearchParams): MarketView | null =>
  params.has('symbol') ? marketOf(feed, params) : null;

/** Markets of the named symbol, or all. @throws {BadParameter} */
export const marketsOf = (feed: FeedContext, params: URLSearchParams): readonly MarketView[] =>
  params.has('symbol') ? [marketOf(feed, params)] : feed.listed();
