import { describe, expect, it } from 'vitest';
import { provenInterval } from '#main/venues/kit/interval-proof';

const HOUR_MS = 3_600_000;
const MIDNIGHT = Date.UTC(2026, 9, 9);
const at = (hours: number, ms = 0) => MIDNIGHT + hours * HOUR_MS + ms;
const settled = (...hours: number[]) => hours.map((hour) => ({ settledAtMs: at(hour, 3) }));

describe('provenInterval', () => {
  it('[MD-7] is what lies between the last two settlements and before the next one', () => {
    for (const hours of [1, 2, 4, 8]) {
      const rows = settled(-hours, 0);
      expect(provenInterval(rows, at(0, 20_000), at(hours), at(0.5))).toBe(hours * HOUR_MS);
    }
  });

  it('[MD-7] is unknown without two settlements, however usual eight hours are', () => {
    expect(provenInterval([], at(0.1), at(8), at(0.1))).toBeNaN();
    expect(provenInterval(settled(0), at(0.1), at(8), at(0.1))).toBeNaN();
  });

  it('[MD-7] is unknown at once when the next settlement comes earlier or later than the last gap tells', () => {
    expect(provenInterval(settled(-8, 0), at(0, 20_000), at(4), at(1))).toBeNaN();
    expect(provenInterval(settled(-4, 0), at(0, 20_000), at(8), at(1))).toBeNaN();
    expect(provenInterval(settled(-1, 0), at(0, 20_000), at(4), at(0.5))).toBeNaN();
  });

  it('says nothing while a settlement was due that the history was read too early for', () => {
    const rows = settled(-8, 0);
    // The venue already tells the settlement after next; the history of before eight o'clock lacks the one in between.
    expect(provenInterval(rows, at(7, 20_000), at(16), at(8, 500))).toBeUndefined();
    expect(provenInterval(rows, at(8, 5_000), at(16), at(8, 6_000))).toBeUndefined();
    expect(provenInterval(settled(-8, 0, 8), at(8, 20_000), at(16), at(8, 30_000))).toBe(8 * HOUR_MS);
  });

  it('[MD-7] is unknown when the settlement that was due is still missing later', () => {
    expect(provenInterval(settled(-8, 0), at(8, 20_000), at(16), at(8, 30_000))).toBeNaN();
  });

  it('says nothing while the next settlement told is one that has passed', () => {
    expect(provenInterval(settled(-8, 0), at(0, 20_000), at(0), at(0, 25_000))).toBeUndefined();
    expect(provenInterval(settled(-8, 0), at(0, 20_000), Number.NaN, at(1))).toBeUndefined();
  });
});
