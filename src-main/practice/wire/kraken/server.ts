import type { FeedId } from '#shared/domain/ids';
import type { HttpRequest, HttpResponse, ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import { ask, json } from '../http.ts';
import type { Address, VenueAnswer, VenueWire, WireContext } from '../venue.ts';
import { KrakenFeed } from './feed.ts';
import { MAINTENANCE_SCHEDULE } from './maintenance.ts';
import { KrakenPrivateFeed } from './private/feed.ts';
import { Gatekeeper } from './private/gatekeeper.ts';
import { KrakenPrivateRest } from './private/rest.ts';
import { Tokens } from './private/tokens.ts';
import { KrakenRest } from './rest.ts';

const PRIVATE_SOCKET = 'ws-auth.kraken.com';
const PRIVATE_PATH = '/0/private/';

/** Kraken spot: REST and WebSocket v2 of one practice world. */
export class KrakenServer implements VenueWire {
  readonly hosts = ['api.kraken.com', 'ws.kraken.com', PRIVATE_SOCKET];
  readonly #rest: KrakenRest;
  readonly #feed: KrakenFeed;
  readonly #privateRest: KrakenPrivateRest;
  readonly #privateFeed: KrakenPrivateFeed;

  constructor(context: WireContext) {
    const { clock, exchange, maintenance } = context;
    const feed = context.feed('kraken:spot');
    this.#rest = new KrakenRest(feed, clock, maintenance);
    this.#feed = new KrakenFeed(feed, clock, context.random);
    feed.listen(this.#feed);
    const parts = {
      gatekeeper: new Gatekeeper(exchange, clock),
      tokens: new Tokens(clock, context.random.fork('tokens')),
    };
    this.#privateRest = new KrakenPrivateRest(feed, exchange, clock, parts);
    this.#privateFeed = new KrakenPrivateFeed(feed, exchange, clock, parts);
  }

  start(): void {
    this.#feed.start();
    this.#privateFeed.start();
  }

  stop(): void {
    this.#feed.stop();
    this.#privateFeed.stop();
  }

  feedOf(): FeedId {
    return 'kraken:spot';
  }

  announces({ path }: Address): 'here' | null {
    return path === MAINTENANCE_SCHEDULE ? 'here' : null;
  }

  request(request: HttpRequest): VenueAnswer {
    const path = ask(request)?.path ?? '';
    if (path.startsWith(PRIVATE_PATH)) return this.#privateRest.request(request, path);
    return this.#rest.request(request);
  }

  connect({ host, path }: Address, socket: ServerSocket): ServerSocketEvents | null {
    return (host === PRIVATE_SOCKET ? this.#privateFeed : this.#feed).connect(path, socket);
  }

  rateLimited(): HttpResponse {
    return json(429, { error: ['EGeneral:Too many requests'] });
  }

  banned(): HttpResponse {
    return json(200, { error: ['EGeneral:Temporary lockout'] });
  }
}
