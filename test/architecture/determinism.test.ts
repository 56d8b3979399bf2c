import { type Node, parseSync, Visitor } from 'oxc-parser';
import { expect, test } from 'vitest';
import { type Source, sourcesUnder } from './sources.ts';

/** Rooms that must give the same decisions from the same inputs (ID-5): time and randomness reach them only as ports. */
const DETERMINISTIC = ['src-shared', 'src-main/engine', 'src-main/paper', 'src-main/practice/world', 'src-main/replay'];

const GLOBALS = new Set([
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'performance',
  'crypto',
  'process',
]);
const MEMBERS = new Set(['Date.now', 'Math.random']);
/** A same-line comment that begins so excuses a line, with its reason. */
const EXCUSE = /\/\/ deterministic: \S+/;

/** Ambient time or randomness in a file, as `path:line what`. */
function ambient({ path, text }: Source): string[] {
  const { program } = parseSync(path, text);
  const found: string[] = [];
  const lines = text.split('\n');
  const report = (node: Node, what: string): void => {
    const line = text.slice(0, node.start).split('\n').length;
    if (!EXCUSE.test(lines[line - 1] ?? '')) found.push(`${path}:${line} ${what}`);
  };
  new Visitor({
    MemberExpression(node) {
      if (node.object.type === 'Identifier' && node.property.type === 'Identifier') {
        const name = `${node.object.name}.${node.property.name}`;
        if (MEMBERS.has(name) || node.object.name === 'performance' || node.object.name === 'process')
          report(node, name);
      }
      if (node.property.type === 'Identifier' && node.property.name === 'randomUUID') report(node, 'randomUUID');
    },
    NewExpression(node) {
      if (node.callee.type === 'Identifier' && node.callee.name === 'Date' && node.arguments.length === 0) {
        report(node, 'new Date()');
      }
    },
    CallExpression(node) {
      if (node.callee.type !== 'Identifier') return;
      const { name } = node.callee;
      if (GLOBALS.has(name) || name === 'randomUUID' || name === 'randomBytes' || name === 'Date')
        report(node, `${name}()`);
    },
  }).visit(program);
  return found;
}

test('[ID-5] no ambient time or randomness where decisions are made', () => {
  const sources = sourcesUnder(...DETERMINISTIC);
  expect(sources.length).toBeGreaterThan(30);
  expect(sources.flatMap(ambient)).toEqual([]);
});

test('[ID-5] the check sees each way to it, and takes an excuse only with a reason on the same line', () => {
  const bad = [
    'const a = Date.now();',
    'const a = new Date();',
    'const a = Date();',
    'setTimeout(() => 1, 5);',
    'const a = Math.random();',
    'const a = crypto.randomUUID();',
    'const a = randomUUID();',
    'const a = performance.now();',
    'const a = process.hrtime();',
    'const now = Date.now;',
  ];
  for (const text of bad) expect(ambient({ path: 'x.ts', text }), text).toHaveLength(1);
  expect(ambient({ path: 'x.ts', text: 'const a = Date.now(); // deterministic: only for the log' })).toEqual([]);
  expect(ambient({ path: 'x.ts', text: 'const a = Date.now(); // deterministic:' })).toHaveLength(1);
  expect(
    ambient({ path: 'x.ts', text: 'const a = new Date(5); const b = Date.UTC(2026, 1); clock.after(5, run);' }),
  ).toEqual([]);
});
