import type { Runtime } from 'node:inspector';
import { Session } from 'node:inspector/promises';
import { expect, test } from 'vitest';
import { Submissions } from '#main/host/submissions';
import { ok } from '#shared/kernel/result';

/** Node's types leave the private fields out. */
type Found = Runtime.GetPropertiesReturnType & { readonly privateProperties?: Runtime.PropertyDescriptor[] };

/** Every text that an object holds, its private fields too, as a debugger sees it. */
async function heldBy(value: object): Promise<string> {
  const session = new Session();
  session.connect();
  Reflect.set(globalThis, '__looked_at', value);
  const { result } = await session.post('Runtime.evaluate', { expression: 'globalThis.__looked_at' });
  const texts: string[] = [];
  const seen = new Set<string>();
  const look = async (objectId: string | undefined, depth: number): Promise<void> => {
    if (objectId === undefined || seen.has(objectId) || depth > 8) return;
    seen.add(objectId);
    const found: Found = await session.post('Runtime.getProperties', { objectId, ownProperties: true });
    for (const { value: item } of [
      ...found.result,
      ...(found.privateProperties ?? []),
      ...(found.internalProperties ?? []),
    ]) {
      if (typeof item?.value === 'string') texts.push(item.value);
      if (item?.subtype !== 'typedarray' && item?.type === 'object') await look(item.objectId, depth + 1);
    }
  };
  await look(result.objectId, 0);
  Reflect.deleteProperty(globalThis, '__looked_at');
  session.disconnect();
  return texts.join('\n');
}

test('[SE-1] [UI-6] a submission is known again without what was typed being kept', async () => {
  const submissions = new Submissions(10);
  const typed = 'vault.open {"passphrase":"never to be kept 71"}';
  let runs = 0;
  const run = (id: string, fingerprint: string) =>
    submissions.run(id, fingerprint, async () => {
      runs += 1;
      return ok({ text: 'The vault is open.' });
    });
  expect(await run('submission-1', typed)).toEqual(await run('submission-1', typed));
  expect(runs).toBe(1);
  expect(await run('submission-1', `${typed} `)).toMatchObject({ ok: false, error: { code: 'invalid-input' } });
  const held = await heldBy(submissions);
  expect(held).toContain('submission-1');
  expect(held).toContain('The vault is open.');
  expect(held).not.toContain('never to be kept');
});
