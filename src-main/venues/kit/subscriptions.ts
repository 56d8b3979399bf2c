import type { Connection } from './connection.ts';
import type { Topic, TopicRequest, VenueProtocol } from './protocol.ts';
import type { RequestBudget } from './request-budget.ts';

/** Requests whose answer is still remembered; older ones were answered or never will be. */
const MAX_OPEN_REQUESTS = 200;

export interface SubscriptionEvents {
  taken(topic: Topic): void;
  refused(topic: Topic, message: string): void;
}

/**
 * The topics asked for on one connection. Where a venue refuses a whole message for one bad topic, the others are
 * asked for again, each alone, so that one delisted instrument cannot silence a feed.
 */
export class Subscriptions {
  readonly #protocol: VenueProtocol;
  readonly #connection: Connection;
  readonly #events: SubscriptionEvents;
  readonly #open = new Map<string, Pick<TopicRequest, 'topics' | 'names'>>();
  readonly #budget: RequestBudget | null;
  #lastId = 0;

  constructor(
    protocol: VenueProtocol,
    connection: Connection,
    events: SubscriptionEvents,
    budget: RequestBudget | null = null,
  ) {
    this.#protocol = protocol;
    this.#connection = connection;
    this.#events = events;
    this.#budget = budget;
  }

  /** A new connection: nothing is subscribed. */
  connected(): void {
    this.#open.clear();
    this.#budget?.reset();
    for (const text of this.#protocol.greetings) this.#connection.send(text);
  }

  subscribe(topics: readonly Topic[]): void {
    if (topics.length === 0) return;
    for (const request of this.#protocol.subscribe(topics, this.#nextId)) {
      // A venue that echoes no id has its requests kept under our own.
      this.#open.set(request.id ?? `own ${this.#nextId()}`, request);
      this.#send(request.text);
    }
    for (const id of this.#open.keys()) {
      if (this.#open.size <= MAX_OPEN_REQUESTS) break;
      this.#open.delete(id);
    }
  }

  unsubscribe(topics: readonly Topic[]): void {
    if (topics.length === 0) return;
    for (const text of this.#protocol.unsubscribe(topics, this.#nextId)) this.#send(text);
  }

  /** `taken`: what the venue lists as taken; topics that it left out of its list were refused. */
  accepted(id: string | null, taken?: readonly unknown[]): void {
    const { topics = [], names = [] } = id === null ? {} : (this.#open.get(id) ?? {});
    topics.forEach((topic, index) => {
      const name = names[index];
      if (taken === undefined || name === undefined || taken.includes(name)) this.#events.taken(topic);
      else this.#events.refused(topic, `${name} was left out by the venue`);
    });
    // Kraken answers once for each symbol under one id, so a request stays open until the connection ends there.
    if (id !== null && this.#protocol.refusesWhole) this.#open.delete(id);
  }

  /** True when the refusal could be laid to topics we had asked for. */
  refused(id: string | null, symbol: string | null, message: string): boolean {
    const [key, topics] = this.#find(id, symbol);
    if (key === null || topics.length === 0) return false;
    const named = topics.filter((topic) => topic.symbol === symbol || mentions(message, topic.symbol));
    // A venue that refuses topic by topic and names none refuses them all.
    const all = topics.length === 1 || (id !== null && !this.#protocol.refusesWhole);
    const guilty = named.length > 0 ? named : all ? topics : [];
    for (const topic of guilty) this.#events.refused(topic, message);
    if (this.#protocol.refusesWhole) {
      this.#open.delete(key);
      for (const topic of topics) if (!guilty.includes(topic)) this.subscribe([topic]);
    }
    return guilty.length > 0;
  }

  #send(text: string): void {
    if (this.#budget === null || this.#budget.take()) this.#connection.send(text);
    else this.#connection.reconnect('the venue’s limit of requests an hour is used up');
  }

  #find(id: string | null, symbol: string | null): [string | null, readonly Topic[]] {
    if (id !== null) return [id, this.#open.get(id)?.topics ?? []];
    for (const [key, { topics }] of this.#open) {
      if (topics.some((topic) => topic.symbol === symbol)) return [key, topics];
    }
    return [null, []];
  }

  readonly #nextId = (): number => {
    this.#lastId += 1;
    return this.#lastId;
  };
}

/** The message names this instrument as a whole word, in the venue's own spelling or in lower case. */
function mentions(message: string, symbol: string): boolean {
  const words = message.split(/[^A-Za-z0-9/_-]+/);
  return words.includes(symbol) || words.includes(symbol.toLowerCase());
}
