import { describe, expect, test } from 'vitest';
import { CycleReporter } from '#main/telemetry/cycle-reports';
import { DecisionsHash } from '#main/telemetry/decisions-hash';
import { candidate, deal, PLANNED, REJECTED } from './samples.ts';

const hashOf = (feed: (hash: DecisionsHash) => void) => {
  const hash = new DecisionsHash();
  feed(hash);
  return hash.digest();
};

describe('[PP-4] decisions hash', () => {
  test('same decisions, same digest, also when keys were added in another order', () => {
    const one = candidate('a', REJECTED);
    const other = Object.fromEntries(Object.entries(one).reverse()) as typeof one;
    expect(hashOf((h) => h.verdict(one))).toBe(hashOf((h) => h.verdict(other)));
  });

  test('another order, another value and one decision less each give another digest', () => {
    const a = candidate('a', REJECTED);
    const b = candidate('b', PLANNED);
    const digests = [
      hashOf((h) => {
        h.verdict(a);
        h.verdict(b);
      }),
      hashOf((h) => {
        h.verdict(b);
        h.verdict(a);
      }),
      hashOf((h) => h.verdict(a)),
      hashOf((h) => {
        h.verdict(a);
        h.verdict({ ...b, ageMs: 61 });
      }),
      hashOf((h) => h.dealClosed(new CycleReporter().onDealClosed(deal('d1'), 1, 2))),
      hashOf((h) => h.dealClosed(new CycleReporter().onDealClosed(deal('d1'), 2, 1))),
      hashOf(() => undefined),
    ];
    expect(new Set(digests).size).toBe(digests.length);
    expect(digests[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  test('reading the digest does not end it', () => {
    const hash = new DecisionsHash();
    hash.verdict(candidate('a', REJECTED));
    const before = hash.digest();
    expect(hash.digest()).toBe(before);
    hash.verdict(candidate('b', REJECTED));
    expect(hash.digest()).not.toBe(before);
    expect(hash.records).toBe(2);
  });
});
