import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { ONLY_BRIDGE_MAY_NAME, ROOMS, type Room } from './rooms.ts';
import { importsOf, type Source, sourcesUnder } from './sources.ts';

const sources = sourcesUnder('src-shared', 'src-main', 'src-renderer', 'bench');

const SUBPATHS: Readonly<Record<string, string>> = {
  '#shared/': 'src-shared/',
  '#engine/': 'src-main/engine/',
  '#main/': 'src-main/',
  '#support/': 'test/support/',
};

const inside = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

const roomOf = (path: string): Room | undefined => ROOMS.find(({ folder }) => inside(path, folder));

/** A project file's path for an import of our own, the package's name for one from outside, `node:` for built-ins. */
function target(from: string, specifier: string): string {
  if (specifier.startsWith('node:')) return 'node:';
  if (specifier.startsWith('.')) return posix.normalize(posix.join(posix.dirname(from), specifier));
  for (const [prefix, folder] of Object.entries(SUBPATHS)) {
    if (specifier.startsWith(prefix)) return `${folder}${specifier.slice(prefix.length)}.ts`;
  }
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

function violations(source: Source): string[] {
  const room = roomOf(source.path);
  if (room === undefined) return [`${source.path}: matches no room of the import matrix`];
  return importsOf(source)
    .map((specifier) => target(source.path, specifier))
    .filter((to) => !inside(to, room.folder) && !room.may.some((allowed) => inside(to, allowed)))
    .map((to) => `${source.path} (${room.folder}) must not import ${to}`);
}

test('the import matrix holds for every source file', () => {
  expect(sources.length).toBeGreaterThan(50);
  for (const { folder } of ROOMS) {
    if (folder === 'bench') continue;
    expect(
      sources.some(({ path }) => inside(path, folder)),
      `no file in ${folder}`,
    ).toBe(true);
  }
  expect(sources.flatMap(violations)).toEqual([]);
});

test('the check sees what it should: aliases, relative paths, types, re-exports and dynamic imports', () => {
  const bad = [
    `import type { X } from '#engine/engine';`,
    `export { y } from '../venues/kit/crc32.ts';`,
    `export * from '#main/venues/kit/crc32';`,
    `import 'ccxt';`,
    `const z = await import('electron');`,
    `import { w } from '#shared/kernel/result'; import '@blueprintjs/core/lib/css/blueprint.css';`,
  ];
  for (const text of bad) {
    expect(violations({ path: 'src-main/practice/example.ts', text }), text).toHaveLength(1);
  }
  expect(
    violations({ path: 'src-main/practice/example.ts', text: `import { ok } from '#shared/kernel/result';` }),
  ).toEqual([]);
  expect(violations({ path: 'src-main/elsewhere/example.ts', text: '' })).toHaveLength(1);
});

test('raw Electron IPC appears in one file of each side only', () => {
  const named = sources.filter(({ text }) => /\bipc(Main|Renderer)\b/.test(text)).map(({ path }) => path);
  expect(named.filter((path) => !path.startsWith('src-main/host/electron/'))).toEqual([]);
  const users = sources
    .filter(({ text }) => /import\s*\{[^}]*\bipc(Main|Renderer)\b[^}]*\}\s*from 'electron'/.test(text))
    .map(({ path }) => path);
  expect(users).toEqual(['src-main/host/electron/ipc.ts', 'src-main/host/electron/preload.ts']);
});

test('only the bridge of the window knows the transport', () => {
  const window = sources.filter(({ path }) => inside(path, 'src-renderer'));
  expect(window.length).toBeGreaterThan(10);
  const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  const knowing = window.filter(({ text }) => ONLY_BRIDGE_MAY_NAME.test(code(text))).map(({ path }) => path);
  expect(knowing.filter((path) => !inside(path, 'src-renderer/bridge'))).toEqual([]);
});
