import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { replayProgress } from '#main/cli/replay-progress';

/** A stderr that remembers, as a terminal or not. */
function stderr(isTTY: boolean) {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  const terminal = { isTTY, columns: 100, cursorTo: () => true, clearLine: () => true, moveCursor: () => true };
  return { stream: Object.assign(stream, terminal), text: () => text };
}

test('a bar on a terminal, nothing at all elsewhere', () => {
  for (const isTTY of [true, false]) {
    const target = stderr(isTTY);
    const display = replayProgress(target.stream);
    display.show(10, 100, 86_400_000);
    display.show(100, 100, 864_000_000);
    display.end();
    display.end();
    if (isTTY) expect(target.text()).toContain('10/100 bars | 1.00 days');
    else expect(target.text()).toBe('');
  }
});
