import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SettingsFile } from '#main/storage/settings-file';
import { DEFAULT_SETTINGS } from '#shared/settings/settings';
import { scratchFolders } from './files.ts';

const folder = scratchFolders();
const NOW_MS = Date.UTC(2026, 10, 2, 9, 30);

function settingsWith(text?: string) {
  const home = folder();
  const path = join(home, 'settings.json');
  if (text !== undefined) writeFileSync(path, text);
  return { home, path, file: new SettingsFile({ path, nowMs: () => NOW_MS }) };
}
const stored = (changes: object): string => JSON.stringify({ ...DEFAULT_SETTINGS, ...changes });

describe('the settings file', () => {
  it('without a file gives the safe values and no problem', () => {
    expect(settingsWith().file.load()).toEqual({ settings: DEFAULT_SETTINGS, problem: null, keptAs: null });
  });

  it('gives back what was saved', () => {
    const { file } = settingsWith();
    const changed = { ...DEFAULT_SETTINGS, theme: 'dark' as const };
    expect(file.save(changed)).toEqual({ ok: true, value: changed });
    expect(file.load()).toEqual({ settings: changed, problem: null, keptAs: null });
  });

  it.each([
    ['broken', '{"version": 1, ', 'is not JSON'],
    ['empty', '', 'is not JSON'],
    ['a list', '[]', 'does not hold settings'],
    ['without a version', '{}', 'does not say its version'],
    ['newer', stored({ version: 3 }), "of version 3, newer than this program's 2"],
    ['older', stored({ version: 0 }), 'of version 0, which is too old'],
    ['with an unknown field', stored({ leverage: 100 }), 'leverage'],
    [
      '[RK-3] out of bounds',
      stored({ limits: { ...DEFAULT_SETTINGS.limits, maxSlippageBps: '400' } }),
      'Max slippage on entries: 400 bps is above the hard maximum of 50',
    ],
    [
      '[RK-3] not a number',
      stored({ limits: { ...DEFAULT_SETTINGS.limits, riskPerTradePct: 'lots' } }),
      'Risk per trade: “lots” is not a number',
    ],
  ])('%s: safe values, the file kept beside it, the reason said', (_name, text, reason) => {
    const { home, file, path } = settingsWith(text);
    const loaded = file.load();
    expect(loaded.settings).toEqual(DEFAULT_SETTINGS);
    expect(loaded.problem).toContain(reason);
    expect(loaded.keptAs).toBe(join(home, 'settings.rejected-2026-11-02T09-30-00-000Z.json'));
    expect(readFileSync(loaded.keptAs ?? '', 'utf8')).toBe(text);
    expect(existsSync(path)).toBe(false);
  });

  it('[RK-3] a file of version 1 keeps what it says and gets the limit that came after it', () => {
    const { maintenanceLeadMin: _, ...limits } = { ...DEFAULT_SETTINGS.limits, maxSlippageBps: '6' };
    const { file } = settingsWith(stored({ version: 1, theme: 'dark', limits }));
    const { settings, problem, keptAs } = file.load();
    expect([problem, keptAs]).toEqual([null, null]);
    expect(settings).toEqual({
      ...DEFAULT_SETTINGS,
      theme: 'dark',
      limits: { ...DEFAULT_SETTINGS.limits, maxSlippageBps: '6' },
    });
  });

  it('a file of version 1 with something else missing is refused all the same', () => {
    const { maxLeverage: _, maintenanceLeadMin: __, ...limits } = DEFAULT_SETTINGS.limits;
    expect(settingsWith(stored({ version: 1, limits })).file.load().problem).toContain('maxLeverage');
  });

  it('never overwrites a file it kept before', () => {
    const { home, file, path } = settingsWith('first');
    file.load();
    writeFileSync(path, 'second');
    file.load();
    const kept = readdirSync(home).filter((name) => name.startsWith('settings.rejected-'));
    expect(kept.map((name) => readFileSync(join(home, name), 'utf8')).sort()).toEqual(['first', 'second']);
  });

  it('refuses to save what is out of bounds, and keeps what was there', () => {
    const { file } = settingsWith();
    file.save(DEFAULT_SETTINGS);
    const outside = { ...DEFAULT_SETTINGS, limits: { ...DEFAULT_SETTINGS.limits, minNetEdgeBps: '0.1' } };
    const saved = file.save(outside);
    expect(saved).toMatchObject({ ok: false });
    expect(saved.ok ? '' : saved.error).toContain('below the hard minimum of 0.5');
    expect(file.load().settings).toEqual(DEFAULT_SETTINGS);
  });

  it('says that it could not be written instead of throwing', () => {
    const home = folder();
    const path = join(home, 'settings.json');
    mkdirSync(path);
    expect(new SettingsFile({ path, nowMs: () => NOW_MS }).save(DEFAULT_SETTINGS)).toMatchObject({ ok: false });
    const unreadable = new SettingsFile({ path, nowMs: () => NOW_MS }).load();
    expect(unreadable.settings).toEqual(DEFAULT_SETTINGS);
    expect(unreadable.problem).toContain('cannot be read');
  });
});
