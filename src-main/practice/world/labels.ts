/** Shown wherever practice prices are shown. */
export const PRACTICE_NOTE =
  'Practice venues: an invented market, more generous than reality; price gaps that pay published fees appear several ' +
  'times a minute here and hardly ever on the real venues.';

/** Shown wherever prices of the recorded world are shown. */
export const RECORDED_NOTE =
  'Practice venues driven by recorded bars: open, high, low, close and volume of each bar are real; the path inside a ' +
  'bar, order books and single trades are invented, so a trade may lie a few bps outside its bar and an outsized bar may ' +
  'trade less than its volume.';
