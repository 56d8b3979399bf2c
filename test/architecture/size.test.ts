import { expect, test } from 'vitest';
import { sourcesUnder } from './sources.ts';

const MOST_LINES = 400;
/** Files that are one idea all the same, and why. */
const REASONED: Readonly<Record<string, string>> = {};

test('a source file is one idea: none is long without a reason', () => {
  const sources = sourcesUnder('src-shared', 'src-main', 'src-renderer');
  expect(sources.length).toBeGreaterThan(50);
  const long = sources
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ path, lines }) => lines > MOST_LINES && REASONED[path] === undefined);
  expect(long).toEqual([]);
});
