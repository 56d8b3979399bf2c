import { expect, it } from 'vitest';
import { Pauses } from '#main/venues/kit/pauses';
import { VirtualClock } from '#shared/kernel/virtual-clock';

it('waits its time on the clock, and once stopped not at all: no timer is left behind', async () => {
  const clock = new VirtualClock(0);
  const pauses = new Pauses(clock);
  const over: string[] = [];
  const wait = (name: string, ms: number) => pauses.wait(ms).then(() => over.push(`${name} ${pauses.stopped}`));
  const short = wait('short', 100);
  const long = wait('long', 60_000);
  clock.advanceBy(100);
  await short;
  expect(over).toEqual(['short false']);
  expect(clock.pending()).toBe(1);
  pauses.stop();
  await long;
  await wait('late', 60_000);
  expect(over).toEqual(['short false', 'long true', 'late true']);
  expect(clock.pending()).toBe(0);
});
