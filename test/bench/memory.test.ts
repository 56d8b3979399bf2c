import { describe, expect, test } from 'vitest';
import { memoryCourse } from '../../bench/memory.ts';

const sample = (residentMb: number, heapMb: number) => ({ residentMb, heapMb, externalMb: 1 });

describe('memory over time', () => {
  test('a minute has the most that was resident and the least the heap was', () => {
    const { minutes } = memoryCourse([sample(100, 50), sample(120, 20), sample(110, 40), sample(90, 30)], 3);
    expect(minutes).toEqual([
      { minute: 1, residentMb: 120, heapMb: 20, externalMb: 1 },
      { minute: 2, residentMb: 90, heapMb: 30, externalMb: 1 },
    ]);
  });

  test('what rises only while it warms up is flat; what goes on rising is told in MB an hour', () => {
    const samples = Array.from({ length: 9 }, (_, minute) => sample(100 + Math.min(minute, 3) * 50, 40 + minute));
    const { warmUpMinutes, residentMbPerHour, heapMbPerHour } = memoryCourse(samples, 1);
    expect(warmUpMinutes).toBe(3);
    expect(residentMbPerHour).toBe(0);
    expect(heapMbPerHour).toBe(60);
  });

  test('too short a time gives no slope', () => {
    expect(memoryCourse([sample(1, 1), sample(2, 2)], 1).residentMbPerHour).toBeNull();
  });
});
