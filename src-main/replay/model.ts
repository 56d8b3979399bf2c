import type { Limits } from '#shared/settings/limits';

/** Levels a side in every invented book (MD-1 asks for twenty). */
export const BOOK_LEVELS = 20;
/** Bars that ranges and volumes are averaged over, counting minutes without a bar as bars without volume. */
export const AVERAGED_BARS = 30;
/** Distance of the best prices from the close, as a share of the range. */
export const HALF_SPREAD_OF_RANGE = 0.1;
/** All levels of a side together reach this share of the range away from the best price. */
export const LADDER_OF_RANGE = 0.5;
/** All levels of a side together hold this share of what trades in an average bar. */
export const SIDE_OF_VOLUME = 0.5;
/** A venue whose instruments all lack bars for this long is out; on longer bars, one that lacks a single bar. */
export const VENUE_OUT_MS = 180_000;
/** An instrument without a bar for this long is not traded on its last close any more. */
export const QUIET_LIMIT_MS = 1_800_000;
/** What candles cannot show and planning needs: assumed for every venue. */
export const ASSUMED_ROUND_TRIP_MS = 100;
export const ASSUMED_LAG_MS = 50;

/** Maximum ages count one bar as this long; minimum ages are real time after the bar's close. */
export const BAR_COUNTS_AS_MS = 1000;

/** How the engine judges ages of quotes and of divergences; the shapes it takes for data that is not live. */
export interface BarAges {
  readonly quotes: {
    readonly maxHeardAgeMs: number;
    readonly maxLagMs: number;
    readonly quietIsFresh: boolean;
    readonly skewRequired: boolean;
  };
  readonly divergences: { readonly minimumFactor: number; readonly maximumFactor: number; readonly recheckMs: number };
  /** How often the engine looks at what only time makes wrong, ms. */
  readonly tickMs: number;
}

/**
 * Ages on bars of `barMs`, from the limits in force. Quiet instruments stay fresh because the feed itself ends their
 * books after {@link QUIET_LIMIT_MS}; lag is not judged, because a bar is stamped with its own close.
 */
export function barAges(limits: Limits, barMs: number): BarAges {
  const factor = barMs / BAR_COUNTS_AS_MS;
  return {
    quotes: {
      maxHeardAgeMs: Number(limits.maxQuoteAgeMs) * factor,
      maxLagMs: Number.POSITIVE_INFINITY,
      quietIsFresh: true,
      skewRequired: false,
    },
    // Between two closes only our own orders change what can be done.
    divergences: { minimumFactor: 1, maximumFactor: factor, recheckMs: barMs / 4 },
    tickMs: barMs / 12,
  };
}

const percent = (share: number) => `${Math.round(share * 100)} %`;
const minutes = (ms: number) => `${ms / 60_000} minutes`;

/** What is invented and how ages are judged, printed with every report. */
export const MODEL_NOTES: readonly string[] = [
  'Bars are not ticks. Prices are real at each bar’s open, high, low and close; the books and the order of prices ' +
    'inside a bar are invented.',
  'The engine sees closes only: at the close of a bar its instrument gets a book around that price, which stands until ' +
    'the instrument’s next close. Whatever is decided in between is decided on it.',
  `An invented book has ${BOOK_LEVELS} levels a side. Its best prices stand ${percent(HALF_SPREAD_OF_RANGE)} of the ` +
    'range away from the close, at least one tick; the range is the larger of the bar’s true range and the mean of ' +
    `the last ${AVERAGED_BARS}. A side reaches ${percent(LADDER_OF_RANGE)} of the range further and holds ` +
    `${percent(SIDE_OF_VOLUME)} of the volume of an average bar, the more the further out.`,
  'An order meets prices of the next bar only, which the engine is not shown: its open at once, then low and high ' +
    '(high first when the bar falls) after a third and two thirds of it, then its close. At each of the four a quarter ' +
    'of the bar’s volume trades, and a resting order is filled only when prices reach it.',
  'A resting entry may live for one bar, at most 300 s. After a deal its coin rests for one bar, at most an hour: before ' +
    'the next close its books say nothing new.',
  'In a bar without volume, and where an instrument has no bar, orders are taken and rest, but nothing fills. A venue ' +
    'that is out takes none.',
  'Ages: one bar counts as one second towards maximum ages (a quote, a divergence); minimum ages are real time after ' +
    'the close, in which books stand still.',
  `An instrument without a bar, on a venue that has others, is quiet: its last close stands, for at most ` +
    `${minutes(QUIET_LIMIT_MS)}. A venue whose instruments all lack bars for ${minutes(VENUE_OUT_MS)} is out, until ` +
    'its next bar.',
  `Every venue is taken to answer in ${ASSUMED_ROUND_TRIP_MS} ms and to publish ${ASSUMED_LAG_MS} ms late.`,
  'Price ticks and lots are the finest digits the recording shows (lots: at most eight digits); the smallest order is ' +
    'taken as 10 in quote currency.',
  'Venues that the recording has no spot bars of take no part; perpetuals in it are left out.',
];
