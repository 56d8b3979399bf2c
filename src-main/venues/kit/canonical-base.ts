/** ID-6: a base as it is named canonically, and how many units of its coin one of it is. */
export interface CanonicalBase {
  readonly base: string;
  /** Decimal text. */
  readonly unitsPerBase: string;
}

/**
 * Venues quote cheap coins by the thousand and more, and name that either way round: `1000PEPE`, `SHIB1000`,
 * `1MBABYDOGE`. The multiplier is part of the name, in front and in digits, so that `1000SHIB` and `SHIB1000` are one
 * thing and neither is ever paired with SHIB (ID-6).
 */
export function canonicalBase(base: string): CanonicalBase {
  const front = /^(10{2,})([A-Z][A-Z0-9]*)$/.exec(base) ?? /^(1M)([A-Z]{3,}[A-Z0-9]*)$/.exec(base);
  if (front !== null) return multiplied(front[2] ?? base, front[1] === '1M' ? '1000000' : (front[1] ?? '1'));
  const back = /^([A-Z]{2,})(10{2,})$/.exec(base);
  if (back !== null) return multiplied(back[1] ?? base, back[2] ?? '1');
  return { base, unitsPerBase: '1' };
}

const multiplied = (coin: string, units: string): CanonicalBase => ({ base: `${units}${coin}`, unitsPerBase: units });
