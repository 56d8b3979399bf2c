import { afterEach, expect, test, vi } from 'vitest';
import { defaultDataDir } from '#main/app/data-dir';
import { parseFlags, portOption, refuseContradiction, workstationCommand } from '#main/cli/flags';

afterEach(() => vi.restoreAllMocks());

const parse = (...args: string[]) => {
  const said: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  const command = workstationCommand('test', 'A test.').addOption(portOption());
  const parsed = parseFlags(command, args, (one) => {
    refuseContradiction(one);
    return one.opts();
  });
  return { parsed, said: said.join('') };
};

test('without flags: practice venues, an invented world, a fixed seed', () => {
  expect(parse().parsed).toMatchObject({
    kind: 'run',
    flags: { venues: 'practice', seed: 1, world: { kind: 'synthetic' } },
  });
});

test('every flag is read, with a space or an equals sign', () => {
  const bases = { kind: 'listed', bases: ['BTC', 'ETH', 'SOL'] };
  const world = { kind: 'recorded', folder: '../a:b' };
  const flags = { dataDir: '/d', venues: 'practice', broker: 'simulated', seed: 7, world, bases, port: 0 };
  expect(parse('--data-dir', '/d', '--seed', '7', '--world', 'recorded:../a:b', '--port', '0').parsed).toEqual({
    kind: 'run',
    flags,
  });
  expect(parse('--data-dir=/d', '--seed=7', '--world=recorded:../a:b', '--port=0').parsed).toEqual({
    kind: 'run',
    flags,
  });
  expect(parse('--seed', String(2 ** 32 - 1)).parsed).toMatchObject({ flags: { seed: 2 ** 32 - 1 } });
});

test('coins to read: a list, those in common, or so many of those', () => {
  const basesOf = (text: string) => {
    const { parsed } = parse('--bases', text);
    return parsed.kind === 'run' ? parsed.flags.bases : null;
  };
  expect(basesOf('btc, 1000PEPE')).toEqual({ kind: 'listed', bases: ['BTC', '1000PEPE'] });
  expect(basesOf('common')).toEqual({ kind: 'common', most: Number.POSITIVE_INFINITY });
  expect(basesOf('common:40')).toEqual({ kind: 'common', most: 40 });
});

test('what is wrong is said, with usage, and is exit code 2', () => {
  for (const args of [
    ['--seed', String(2 ** 32)],
    ['--seed', '0x1'],
    ['--seed', ''],
    ['--port', '1e3'],
    ['--venues', 'PRACTICE'],
    ['--world', 'recorded'],
    ['--data-dir', ' '],
    ['--bases', 'common:0'],
    ['--bases', 'BTC;ETH'],
    ['--bases', ''],
    ['--seed'],
    ['x'],
  ]) {
    const { parsed, said } = parse(...args);
    expect(parsed, args.join(' ')).toEqual({ kind: 'exit', exitCode: 2 });
    expect(said).toMatch(/^error: /);
    expect(said).toContain('Usage: test');
  }
});

test('data lives where the platform puts an application’s data', () => {
  expect(defaultDataDir('linux', { XDG_DATA_HOME: '/xdg' })).toBe('/xdg/crossbook');
  expect(defaultDataDir('linux', { XDG_DATA_HOME: 'relative' })).toMatch(/\/\.local\/share\/crossbook$/);
  expect(defaultDataDir('darwin', {})).toMatch(/\/Library\/Application Support\/crossbook$/);
  expect(defaultDataDir('win32', { APPDATA: '/roaming' })).toBe('/roaming/crossbook');
});
