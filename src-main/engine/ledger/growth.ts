import { type Decimal, min, ONE, ZERO } from '#shared/money/decimal';
import { Share } from './share.ts';
import { DaySums, Peaks } from './windows.ts';

/** Amounts of a day as they were booked, and as they count once the allocation was changed. */
interface Booked {
  readonly real: DaySums;
  /** Per unit of scale; `undefined` while that is the same. */
  unit: DaySums | undefined;
}

const worse = (sums: DaySums, nowMs: number): Decimal => min(sums.day(nowMs), sums.rolling(nowMs));

/**
 * RK-3: trading equity, and what deals made of it, free of what was allocated or withdrawn meanwhile. As with the units of
 * a fund, a change of the allocation changes the scale and not the value of a unit: equity after it ÷ equity before it.
 * Drawdown is judged by units; daily losses, turnover and what ran unhedged count in proportion. So none can be talked away
 * by paying money in, nor made worse by taking it out. Where everything was withdrawn the last standing is kept until
 * something is there again. USD; times in order.
 */
export class Growth {
  #allocatedUsd: Decimal | undefined;
  #resultUsd = ZERO;
  #scale = ONE;
  /** Equity as it was before everything was withdrawn. */
  #emptiedUsd: Decimal | undefined;
  /** Nothing was dealt yet: what is allocated is what everything begins with. */
  #untouched = true;
  readonly #peaks = new Peaks();
  readonly #all: Booked = { real: new DaySums(), unit: undefined };
  readonly #profiles = new Map<string, Booked>();
  readonly #traded: Booked = { real: new DaySums(), unit: undefined };
  readonly #fallFromPeak = new Share();
  readonly #fallToday = new Share();

  /** The allocation is worth `changeUsd` more, or less, at the prices it was taken in at. */
  allocate(changeUsd: Decimal): void {
    const before = this.equityUsd();
    this.#allocatedUsd = (this.#allocatedUsd ?? ZERO).plus(changeUsd);
    const after = this.#allocatedUsd.plus(this.#resultUsd);
    // Before there was anything to lose a share of, there is no standing to keep.
    if (this.#untouched || this.#peaks.ever().lte(ZERO)) {
      this.#peaks.restart(after);
      return;
    }
    const from = this.#emptiedUsd ?? before ?? ZERO;
    if (after.lte(ZERO) || from.lte(ZERO)) {
      this.#emptiedUsd = from;
      return;
    }
    this.#emptiedUsd = undefined;
    this.#rescale(this.#scale.times(after).div(from));
  }

  /** A deal's result, or the change of one that was booked before. */
  book(atMs: number, profile: string, changeUsd: Decimal): void {
    if (!changeUsd.eq(ZERO)) this.#untouched = false;
    this.#resultUsd = this.#resultUsd.plus(changeUsd);
    if (this.#emptiedUsd !== undefined) this.#emptiedUsd = this.#emptiedUsd.plus(changeUsd);
    for (const booked of [this.#all, this.#bookedOf(profile)]) {
      this.#add(booked, atMs, changeUsd);
    }
    this.#peaks.step(atMs, this.#unitUsd());
  }

  /** A fill of this value. */
  trade(atMs: number, valueUsd: Decimal): void {
    this.#untouched = false;
    this.#add(this.#traded, atMs, valueUsd);
  }

  /** Reference value of the allocation plus all results; `undefined` before anything is allocated. */
  equityUsd(): Decimal | undefined {
    return this.#allocatedUsd?.plus(this.#resultUsd);
  }

  /** Sum of all results. */
  resultUsd(): Decimal {
    return this.#resultUsd;
  }

  /** Worse of the UTC day and the rolling 24 h, as booked; of one profile, or all. */
  resultTodayUsd(nowMs: number, profile?: string): Decimal {
    const booked = this.#find(profile);
    return booked === undefined ? ZERO : worse(booked.real, nowMs);
  }

  /** The same in proportion to the allocation of now: what daily stops are held against. */
  lossTodayUsd(nowMs: number, profile?: string): Decimal {
    const booked = this.#find(profile);
    if (booked === undefined) return ZERO;
    return booked.unit === undefined ? worse(booked.real, nowMs) : this.usdOf(worse(booked.unit, nowMs));
  }

  /** Value of all fills as it was; the rolling 24 h hold the UTC day, so their sum is the stricter of the two. */
  turnoverTodayUsd(nowMs: number): Decimal {
    return this.#traded.real.rolling(nowMs);
  }

  /** The same in proportion to the allocation of now: what the limit of turnover is held against. */
  turnoverCountedUsd(nowMs: number): Decimal {
    const { real, unit } = this.#traded;
    return unit === undefined ? real.rolling(nowMs) : this.usdOf(unit.rolling(nowMs));
  }

  /** An amount of now in units: what it counts as whatever is allocated later. Exact while the allocation is the first. */
  unitsOf(usd: Decimal): Decimal {
    return this.#scale === ONE ? usd : usd.div(this.#scale);
  }

  /** What an amount in units counts as now, USD. */
  usdOf(units: Decimal): Decimal {
    return this.#scale === ONE ? units : units.times(this.#scale);
  }

  drawdownFromPeakPct(): Decimal {
    return this.#fallPct(this.#peaks.ever(), this.#fallFromPeak);
  }

  /** The rolling 24 h hold the UTC day, so their peak is the stricter of the two. */
  drawdownTodayPct(nowMs: number): Decimal {
    return this.#fallPct(this.#peaks.rolling(nowMs), this.#fallToday);
  }

  #rescale(scale: Decimal): void {
    for (const booked of [this.#all, this.#traded, ...this.#profiles.values()]) booked.unit ??= booked.real.copy();
    this.#scale = scale;
  }

  #fallPct(peak: Decimal, share: Share): Decimal {
    if (this.#allocatedUsd === undefined) return ZERO;
    return share.percent(peak.minus(this.#unitUsd()), peak);
  }

  #unitUsd(): Decimal {
    return this.unitsOf(this.#emptiedUsd ?? this.equityUsd() ?? ZERO);
  }

  #add({ real, unit }: Booked, atMs: number, amountUsd: Decimal): void {
    real.add(atMs, amountUsd);
    unit?.add(atMs, this.unitsOf(amountUsd));
  }

  #find(profile: string | undefined): Booked | undefined {
    return profile === undefined ? this.#all : this.#profiles.get(profile);
  }

  #bookedOf(profile: string): Booked {
    let booked = this.#profiles.get(profile);
    if (booked === undefined) {
      booked = { real: new DaySums(), unit: this.#scale === ONE ? undefined : new DaySums() };
      this.#profiles.set(profile, booked);
    }
    return booked;
  }
}
