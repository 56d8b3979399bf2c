import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Notifications, type Occurrence } from '#main/telemetry/notifications';

const SEED = 20230305;

const alarm = (condition: string, atMs = 1, lasting = true): Occurrence => ({
  kind: 'alarm',
  condition,
  text: `${condition} at ${atMs}`,
  atMs,
  lasting,
});

describe('[UI-7] notifications', () => {
  test('repeats are one entry with a count, its words and time those of the last', () => {
    const notifications = new Notifications(() => undefined);
    notifications.raise(alarm('breaker:kraken', 1));
    notifications.raise(alarm('breaker:kraken', 2));
    expect(notifications.list()).toEqual([
      { id: '1', kind: 'alarm', text: 'breaker:kraken at 2', atMs: 2, count: 2, acknowledged: false, active: true },
    ]);
  });

  test('acknowledging never clears the condition, clearing never acknowledges', () => {
    const notifications = new Notifications(() => undefined);
    const { id } = notifications.raise(alarm('breaker:kraken'));
    expect(notifications.acknowledge(id)).toBe(true);
    expect(notifications.list()[0]).toMatchObject({ acknowledged: true, active: true });
    expect(notifications.alarms()).toBe(1);
    notifications.clear('breaker:kraken');
    expect(notifications.alarms()).toBe(0);

    notifications.raise(alarm('deal:hold'));
    notifications.clear('deal:hold');
    expect(notifications.list()[0]).toMatchObject({ acknowledged: false, active: false });
    expect(notifications.alarms()).toBe(1);
  });

  test('a condition that was seen, cleared and came back is a new entry to acknowledge', () => {
    const notifications = new Notifications(() => undefined);
    const first = notifications.raise(alarm('breaker:kraken', 1));
    notifications.acknowledge(first.id);
    notifications.clear('breaker:kraken');
    const second = notifications.raise(alarm('breaker:kraken', 9));
    expect(second).toMatchObject({ count: 1, acknowledged: false, active: true });
    expect(second.id).not.toBe(first.id);
  });

  test('a repeat of what was acknowledged and still stands stays acknowledged', () => {
    const notifications = new Notifications(() => undefined);
    notifications.acknowledge(notifications.raise(alarm('a', 1)).id);
    expect(notifications.raise(alarm('a', 2))).toMatchObject({ count: 2, acknowledged: true });
  });

  test('unknown ids and conditions change nothing', () => {
    const notifications = new Notifications(() => undefined);
    expect(notifications.acknowledge('7')).toBe(false);
    notifications.clear('nothing');
    expect(notifications.list()).toEqual([]);
  });

  test('too many alarms are folded into one that says so', () => {
    const notifications = new Notifications(() => undefined, 10);
    for (let i = 0; i < 40; i += 1) notifications.raise(alarm(`deal:${i}`, i));
    const list = notifications.list();
    expect(list).toHaveLength(10);
    expect(list.filter(({ text }) => text.includes('folded together'))).toMatchObject([{ kind: 'alarm', count: 31 }]);
  });

  const occurrence = fc.record({
    kind: fc.constantFrom('alarm', 'alert', 'prompt', 'message'),
    condition: fc.constantFrom(...Array.from({ length: 30 }, (_, i) => `c${i}`)),
    text: fc.string(),
    atMs: fc.nat(),
    lasting: fc.boolean(),
  });
  test(`is bounded, and an alarm nobody acknowledged is never dropped for anything but an alarm (seed ${SEED})`, () => {
    fc.assert(
      fc.property(fc.array(occurrence, { maxLength: 120 }), (occurrences) => {
        const notifications = new Notifications(() => undefined, 8);
        for (const each of occurrences) {
          const before = notifications.list().filter(({ kind }) => kind === 'alarm');
          notifications.raise(each);
          const after = notifications.list();
          expect(after.length).toBeLessThanOrEqual(8);
          const lost = before.filter(({ id }) => !after.some((entry) => entry.id === id));
          if (lost.length > 0) expect(after.some(({ text }) => text.includes('folded together'))).toBe(true);
        }
      }),
      { seed: SEED },
    );
  });
});
