import type { VenueAction } from '#engine/ports';
import type {
  AdapterContext,
  Answer,
  PrivateSink,
  SignedCall,
  VenueFill,
  VenueOrder,
} from '#main/venues/orders/adapter';
import { exactJson } from '#main/venues/orders/exact-json';
import type { Listing } from '#shared/domain/listing';
import { SeededRandom } from '#shared/kernel/random';
import { err, ok } from '#shared/kernel/result';
import type { SocketEvents, Transport } from '#shared/kernel/transport';
import { TransportError } from '#shared/kernel/transport';
import { VirtualClock } from '#shared/kernel/virtual-clock';

export const START_MS = Date.UTC(2026, 10, 1, 12, 0, 0);

const listing = (feed: 'spot' | 'perp', symbol: string): Listing => ({
  id: feed === 'spot' ? 'kraken:spot|BTC-USD' : 'kraken:perp|BTC-USD-PERP',
  venue: 'kraken',
  product: feed,
  instrument: feed === 'spot' ? 'BTC-USD' : 'BTC-USD-PERP',
  base: 'BTC',
  quote: 'USD',
  symbol,
  priceTick: '0.1',
  lotStep: '0.0001',
  minQuantity: '0.0001',
  minNotional: '0',
  makerFeeBps: '2',
  takerFeeBps: '5',
  feeSource: 'published',
  feeCurrency: 'quote',
  priceBand: null,
  status: 'normal',
  settle: 'USD',
  contractSize: '1',
  unitsPerBase: '1',
  funding: null,
  bookId: 'kraken:spot|BTC-USD',
});
export const SPOT = listing('spot', 'BTC/USD');
export const PERP = listing('perp', 'PF_XBTUSD');

/** An adapter's surroundings by hand: what each call is answered, and one socket whose frames a test writes. */
export class AdapterRig {
  readonly clock = new VirtualClock(START_MS);
  readonly calls: SignedCall[] = [];
  /** By endpoint: the bodies of its answers as JSON text, the last of which is given again and again. */
  readonly answers = new Map<string, string[]>();
  /** By endpoint: the code of the failure that its calls end in. */
  readonly failures = new Map<string, string>();
  /** By URL. */
  readonly pages = new Map<string, { status: number; body: string }>();
  readonly sent: string[] = [];
  readonly hidden: string[] = [];
  skewMs = 0;
  readonly orders: VenueOrder[] = [];
  readonly fills: VenueFill[] = [];
  readonly actions: VenueAction[] = [];
  readonly unreadable: string[] = [];
  readonly states: string[] = [];
  #socket: SocketEvents | null = null;

  context(listed: Listing): AdapterContext {
    const transport: Transport = {
      openSocket: (_url, events) => {
        this.#socket = events;
        this.clock.after(1, () => events.open());
        return { send: (text) => this.sent.push(text), ping: () => {}, close: () => {}, terminate: () => {} };
      },
      request: ({ url }) => {
        const page = this.pages.get(url);
        if (page === undefined) return Promise.reject(new TransportError(`no answer from ${url}`));
        return Promise.resolve({ ...page, headers: {} });
      },
    };
    return {
      credentials: { apiKey: 'the-key', secret: Buffer.from('the secret').toString('base64') },
      entity: 'global',
      caller: {
        call: (call): Promise<Answer<unknown>> => {
          this.calls.push(call);
          const code = this.failures.get(call.endpoint);
          if (code !== undefined) {
            return Promise.resolve(err({ kind: 'in-doubt', code, message: code, retryAtMonoMs: null }));
          }
          const bodies = this.answers.get(call.endpoint) ?? [];
          const body = bodies.length > 1 ? bodies.shift() : bodies[0];
          if (body === undefined) throw new Error(`nobody answers ${call.endpoint}`);
          return Promise.resolve(ok(exactJson(body)));
        },
        nonce: () => 1,
      },
      transport,
      clock: this.clock,
      random: new SeededRandom(1),
      listing: (id) => (id === listed.id ? listed : undefined),
      bySymbol: (symbol) => (symbol === listed.symbol ? listed : undefined),
      listings: () => [listed],
      skewMs: () => this.skewMs,
      hide: (secret) => this.hidden.push(secret),
    };
  }

  readonly sink: PrivateSink = {
    stream: (state, reason) => this.states.push(reason === '' ? state : `${state}: ${reason}`),
    heard: () => {},
    fill: (fill) => this.fills.push(fill),
    order: (order) => this.orders.push(order),
    action: (action) => this.actions.push(action),
    holdingsChanged: () => {},
    unreadable: (sample) => this.unreadable.push(sample),
  };

  answer(endpoint: string, ...bodies: readonly (object | string)[]): void {
    this.answers.set(
      endpoint,
      bodies.map((body) => (typeof body === 'string' ? body : JSON.stringify(body))),
    );
  }

  /** A frame from the venue, as text. */
  frame(frame: object | string): void {
    const text = typeof frame === 'string' ? frame : JSON.stringify(frame);
    this.#socket?.message(new TextEncoder().encode(text));
  }

  async run(ms: number): Promise<void> {
    // Answers of the caller come between two timers.
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    this.clock.advanceBy(ms);
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  }
}
