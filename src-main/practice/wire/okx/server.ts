import type { FeedId } from '#shared/domain/ids';
import type { HttpRequest, HttpResponse, ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import type { Address, VenueAnswer, VenueWire, WireContext } from '../venue.ts';
import { tooMany } from './answers.ts';
import { OkxFeed } from './feed.ts';
import { INST_TYPES } from './instruments.ts';
import { Desk } from './private/desk.ts';
import { OkxPrivateRest } from './private/rest.ts';
import { entityOf, OKX_HOSTS } from './private/signature.ts';
import { OkxPrivateStream } from './private/stream.ts';
import { OkxRest } from './rest.ts';

/** OKX v5: REST, public, private and business sockets, spot and swaps behind one pair of hosts for each entity. */
export class OkxServer implements VenueWire {
  readonly hosts = OKX_HOSTS;
  readonly #rest: OkxRest;
  readonly #feed: OkxFeed;
  readonly #privateRest: OkxPrivateRest;
  readonly #privateStream: OkxPrivateStream;

  constructor(context: WireContext) {
    const { clock } = context;
    const feeds = { SPOT: context.feed('okx:spot'), SWAP: context.feed('okx:perp') };
    this.#feed = new OkxFeed(feeds, clock, context.random);
    this.#rest = new OkxRest(feeds, clock, (market) => this.#feed.seqId(market), context.maintenance);
    const desk = new Desk(context.exchange, clock, feeds);
    this.#privateRest = new OkxPrivateRest(desk);
    this.#privateStream = new OkxPrivateStream(desk, context.random.fork('private connections'));
    for (const type of INST_TYPES) {
      const feed = feeds[type];
      feed.gate.onRestart(() => this.#feed.restart(feed.gate));
      feed.listen(this.#feed);
    }
  }

  start(): void {
    this.#feed.start();
    this.#privateStream.start();
  }

  stop(): void {
    this.#feed.stop();
    this.#privateStream.stop();
  }

  /** A call tells by its instrument or type; a socket by what it subscribes to, later. */
  feedOf({ query }: Address): FeedId | null {
    const instId = query.get('instId');
    if (query.get('instType') === 'SWAP' || instId === 'ANY' || instId?.endsWith('-SWAP') === true) return 'okx:perp';
    return query.get('instType') === 'SPOT' || instId !== null ? 'okx:spot' : null;
  }

  feedOfCall(request: HttpRequest): FeedId | null {
    return this.#privateRest.feedOfCall(request);
  }

  request(request: HttpRequest): VenueAnswer {
    return this.#privateRest.request(request) ?? this.#rest.request(request);
  }

  connect({ host, path }: Address, socket: ServerSocket): ServerSocketEvents | null {
    if (path === '/ws/v5/private') return this.#privateStream.connect('private', entityOf(host), socket);
    if (path === '/ws/v5/business') return this.#privateStream.connect('business', entityOf(host), socket);
    return this.#feed.connect(path, socket);
  }

  rateLimited(): HttpResponse {
    return tooMany();
  }
}
