import { USD_LIKE, type Venue } from '#shared/domain/ids';
import { invariant } from '#shared/kernel/invariant';
import { err, ok, type Result } from '#shared/kernel/result';
import { type Decimal, fromDouble, min, ONE, toDouble, ZERO } from '#shared/money/decimal';
import { ASK, BID, type BookSide } from '../ports.ts';
import { exactPrice, exactSize } from './ladders.ts';
import type { Listed } from './listed.ts';
import type { Parity } from './parity.ts';
import type { Registry } from './registry.ts';
import type { ConversionProblem, ConversionQuote } from './view.ts';

/** One way over one book: `BID` sells its base for its quote, `ASK` buys its base with its quote. */
interface Step {
  readonly listed: Listed;
  readonly side: BookSide;
}

/** One or two steps; two only through a dollar currency, and never over one book twice. */
type Path = readonly [Step] | readonly [Step, Step];

interface CachedRate {
  path: Path | undefined;
  rate: number;
  version: number;
  monoMs: number;
}

/** A path that became better elsewhere without a change of its own books is noticed at the latest after this. */
const RATE_LIFE_MS = 50;

export interface ConversionSources {
  readonly registry: Registry;
  readonly parity: Parity;
  readonly monoMs: () => number;
  /** Fresh, trading normally, on an enabled venue: what could really be crossed now. */
  readonly crossable: (listed: Listed) => boolean;
  readonly ageMs: (listed: Listed) => number;
  /** Grows with every change of a stablecoin book. */
  readonly version: () => number;
}

/**
 * ID-3: conversion between currencies through the sides of books that a trade would cross. A path is chosen in doubles
 * among all fresh books on enabled venues and priced in decimals. Equal rates prefer fewer steps, then one venue, then
 * table order.
 */
export class Conversion {
  readonly #from: ConversionSources;
  readonly #rates = new Map<string, Map<string, CachedRate>>();
  #steps = new Map<string, Map<string, readonly Step[]>>();
  #stepsVersion = -1;
  /** Answers of this very moment, while no stablecoin book changed in it: its judgements ask the same many times over. */
  readonly #answers = new Map<string, { readonly path: Path; readonly quote: ConversionQuote }>();
  #answeredMonoMs = Number.NaN;
  #answeredVersion = -1;

  constructor(sources: ConversionSources) {
    this.#from = sources;
  }

  /** Units of `to` for one unit of `from` at the touch; NaN when no fresh path exists or a coin is off its peg. */
  rate(from: string, to: string): number {
    if (from === to) return 1;
    const cached = this.#cached(from, to);
    const nowMs = this.#from.monoMs();
    const current = cached.version === this.#from.version() && nowMs - cached.monoMs < RATE_LIFE_MS;
    if (current && (cached.path === undefined || this.#crossable(cached.path))) return cached.rate;
    const { path, received } = this.#best(from, to, 0);
    cached.path = path;
    cached.rate = path === undefined ? Number.NaN : received;
    cached.version = this.#from.version();
    cached.monoMs = nowMs;
    return cached.rate;
  }

  /**
   * What `amount` (> 0) of `from` really gives.
   * Errors: `depeg`, one of the currencies is off its peg; `stale-conversion`, no path over fresh books exists;
   * `insufficient-depth`, paths exist but none carries the amount.
   */
  convert(from: string, to: string, amount: Decimal): Result<ConversionQuote, ConversionProblem> {
    if (from === to) return ok({ from, to, rate: ONE, midRate: ONE, through: [], ageMs: 0 });
    invariant(amount.gt(ZERO), 'only a positive amount can be converted');
    const nowMs = this.#from.monoMs();
    if (this.#answeredMonoMs !== nowMs || this.#answeredVersion !== this.#from.version()) {
      this.#answers.clear();
      this.#answeredMonoMs = nowMs;
      this.#answeredVersion = this.#from.version();
    }
    const key = `${from}>${to} ${amount.toString()}`;
    const known = this.#answers.get(key);
    if (known !== undefined && this.#crossable(known.path)) return ok(known.quote);
    const { path, problem } = this.#best(from, to, toDouble(amount));
    if (path === undefined) return err(problem);
    let received = amount;
    let midRate = ONE;
    let ageMs = 0;
    for (const step of path) {
      const after = crossExact(step, received);
      if (after === undefined) return err('insufficient-depth');
      received = after;
      midRate = midRate.times(exactMid(step));
      ageMs = Math.max(ageMs, this.#from.ageMs(step.listed));
    }
    const through = path.map((step) => step.listed.listing.id);
    const quote = { from, to, rate: received.div(amount), midRate, through, ageMs };
    this.#answers.set(key, { path, quote });
    return ok(quote);
  }

  #cached(from: string, to: string): CachedRate {
    let row = this.#rates.get(from);
    if (row === undefined) {
      row = new Map();
      this.#rates.set(from, row);
    }
    let cached = row.get(to);
    if (cached === undefined) {
      cached = { path: undefined, rate: Number.NaN, version: -1, monoMs: Number.NEGATIVE_INFINITY };
      row.set(to, cached);
    }
    return cached;
  }

  #crossable(path: Path): boolean {
    for (const step of path) if (!this.#from.crossable(step.listed)) return false;
    return true;
  }

  /** The path that gives most for `amount`, 0 meaning the touch. `received` is per unit then. */
  #best(
    from: string,
    to: string,
    amount: number,
  ): { readonly path: Path | undefined; readonly received: number; readonly problem: ConversionProblem } {
    const { parity } = this.#from;
    let path: Path | undefined;
    let received = Number.NEGATIVE_INFINITY;
    let seen = false;
    const offer = (candidate: Path, gives: number) => {
      seen = true;
      if (Number.isNaN(gives) || gives < received) return;
      // On equal rates the earlier path stays, unless only the later one keeps to one venue.
      if (gives === received && path !== undefined && !(path.length === 2 && venues(path) > venues(candidate))) return;
      path = candidate;
      received = gives;
    };
    for (const step of this.#between(from, to)) {
      if (this.#from.crossable(step.listed)) offer([step], cross(step, amount));
    }
    for (const middle of USD_LIKE) {
      if (middle === from || middle === to || parity.depegged(middle)) continue;
      for (const first of this.#between(from, middle)) {
        if (!this.#from.crossable(first.listed)) continue;
        const half = cross(first, amount);
        for (const second of this.#between(middle, to)) {
          if (second.listed.listing.bookId === first.listed.listing.bookId) continue;
          if (!this.#from.crossable(second.listed)) continue;
          const gives = amount === 0 ? half * cross(second, 0) : cross(second, half);
          offer([first, second], gives);
        }
      }
    }
    if (!seen) return { path: undefined, received, problem: 'stale-conversion' };
    if (parity.depegged(from) || parity.depegged(to)) return { path: undefined, received, problem: 'depeg' };
    return { path, received, problem: 'insufficient-depth' };
  }

  #between(from: string, to: string): readonly Step[] {
    if (this.#stepsVersion !== this.#from.registry.version) this.#collect();
    return this.#steps.get(from)?.get(to) ?? [];
  }

  #collect(): void {
    const steps = new Map<string, Map<string, Step[]>>();
    const add = (from: string, to: string, step: Step) => {
      const row = steps.get(from) ?? new Map<string, Step[]>();
      steps.set(from, row);
      const known = row.get(to) ?? [];
      row.set(to, known);
      // One book under two names is one way (ID-3).
      if (!known.some((other) => other.listed.listing.bookId === step.listed.listing.bookId)) known.push(step);
    };
    for (const listed of this.#from.registry.all()) {
      const { base, quote, product, status } = listed.listing;
      if (product !== 'spot' || status === 'delisted') continue;
      add(base, quote, { listed, side: BID });
      add(quote, base, { listed, side: ASK });
    }
    this.#steps = steps;
    this.#stepsVersion = this.#from.registry.version;
  }
}

const venues = (path: Path): number => new Set<Venue>([...path].map((step: Step) => step.listed.listing.venue)).size;

/** What crossing gives for `amount`, in doubles; NaN when the book is too thin. Amount 0: per unit, at the touch. */
function cross({ listed: { book }, side }: Step, amount: number): number {
  if (amount === 0) return side === BID ? book.price(BID, 0) : 1 / book.price(ASK, 0);
  let left = amount;
  let received = 0;
  const depth = book.depth(side);
  for (let index = 0; index < depth; index += 1) {
    const price = book.price(side, index);
    const size = book.size(side, index);
    const offered = side === BID ? size : size * price;
    const taken = Math.min(left, offered);
    received += side === BID ? taken * price : taken / price;
    left -= taken;
    if (left <= 0) return received;
  }
  return Number.NaN;
}

/** {@link cross} for a positive amount in decimals, which decide. */
function crossExact({ listed, side }: Step, amount: Decimal): Decimal | undefined {
  let left = amount;
  let received = ZERO;
  for (let index = 0; index < listed.book.depth(side); index += 1) {
    const price = exactPrice(listed, side, index);
    const size = exactSize(listed, side, index);
    const taken = min(left, side === BID ? size : size.times(price));
    received = received.plus(side === BID ? taken.times(price) : taken.div(price));
    left = left.minus(taken);
    if (left.lte(ZERO)) return received;
  }
  return undefined;
}

function exactMid({ listed, side }: Step): Decimal {
  const mid = exactPrice(listed, BID, 0)
    .plus(exactPrice(listed, ASK, 0))
    .div(fromDouble(2, 0));
  return side === BID ? mid : ONE.div(mid);
}
