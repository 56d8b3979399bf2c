import { once } from 'node:events';

/** Writes at the reader's pace; resolves to false once nobody reads (`… | head`), instead of failing with EPIPE. */
export function stdoutWriter(stdout: NodeJS.WritableStream): (text: string) => Promise<boolean> {
  let gone = false;
  stdout.on('error', () => {
    gone = true;
  });
  return async (text) => {
    if (gone) return false;
    if (!stdout.write(text)) await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(() => undefined);
    return !gone;
  };
}
