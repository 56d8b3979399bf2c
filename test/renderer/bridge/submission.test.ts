import { describe, expect, it } from 'vitest';
import { createSubmissions, newSubmissionId } from '../../../src-renderer/bridge/submission.ts';

function start() {
  let nowMs = 0;
  let ids = 0;
  const sent: string[] = [];
  const submissions = createSubmissions<string>(
    () => nowMs,
    () => {
      ids += 1;
      return `id-${ids}`;
    },
  );
  const press = (key: string) =>
    submissions.once(key, async (id) => {
      sent.push(id);
      return id;
    });
  return { sent, submissions, press, wait: (ms: number) => (nowMs += ms) };
}

describe('submissions', () => {
  it('[UI-6] a double click or Enter twice sends one and both get its answer', async () => {
    const { sent, press, wait } = start();
    const first = press('auto.start {}');
    wait(180);
    const second = press('auto.start {}');
    expect(await first).toBe('id-1');
    expect(await second).toBe('id-1');
    expect(sent).toEqual(['id-1']);
  });

  it('[UI-6] the second press counts as the same one even when the first was answered between', async () => {
    const { sent, press, wait } = start();
    await press('auto.start {}');
    wait(300);
    await press('auto.start {}');
    expect(sent).toEqual(['id-1']);
  });

  it('a press later than a double one is a new submission with its own id', async () => {
    const { sent, press, wait } = start();
    await press('auto.start {}');
    wait(701);
    await press('auto.start {}');
    expect(sent).toEqual(['id-1', 'id-2']);
  });

  it('another input is another submission', async () => {
    const { sent, press } = start();
    await Promise.all([press('theme.set {"theme":"dark"}'), press('theme.set {"theme":"light"}')]);
    expect(sent).toEqual(['id-1', 'id-2']);
  });

  it('while the first is not answered, the same one is never sent again, however late', () => {
    const { sent, submissions, wait } = start();
    const never = new Promise<string>(() => undefined);
    const press = () =>
      submissions.once('deal.flatten {"id":"d-1"}', (id) => {
        sent.push(id);
        return never;
      });
    press();
    wait(9_000);
    press();
    expect(sent).toEqual(['id-1']);
  });

  it('ids are long enough for the contract and differ', () => {
    const ids = new Set(Array.from({ length: 100 }, newSubmissionId));
    expect(ids.size).toBe(100);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
  });
});
