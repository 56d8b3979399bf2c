import { expect, test } from 'vitest';
import { ownArguments } from '#main/cli/desktop-flags';

test('what belongs to the runtime is left out, what is ours or unknown stays', () => {
  const driven = [
    'electron',
    '--inspect=0',
    '--remote-debugging-port=0',
    '--no-sandbox',
    '--data-dir=/d',
    '--seed',
    '7',
  ];
  expect(ownArguments(driven, false)).toEqual(['--data-dir=/d', '--seed', '7']);
  expect(ownArguments(['electron', '--disable-gpu', '--nonsense', '--world=synthetic'], false)).toEqual([
    '--nonsense',
    '--world=synthetic',
  ]);
});

test('a development runtime’s project folder is left out once, values that look like it stay', () => {
  expect(ownArguments(['electron', '--no-sandbox', '/project', '--data-dir', '/project'], true)).toEqual([
    '--data-dir',
    '/project',
  ]);
  expect(ownArguments(['crossbook', 'surplus'], false)).toEqual(['surplus']);
});
