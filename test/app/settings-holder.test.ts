import { expect, test } from 'vitest';
import { SettingsHolder } from '#main/app/settings-holder';
import { err, ok, type Result } from '#shared/kernel/result';
import { DEFAULT_SETTINGS, type Settings } from '#shared/settings/settings';

function holder(save: (settings: Settings) => Result<Settings, string> = ok) {
  const saved: Settings[] = [];
  const changes: (readonly [Settings, Settings])[] = [];
  const store = {
    save: (settings: Settings) => {
      saved.push(settings);
      return save(settings);
    },
  };
  const made = new SettingsHolder(DEFAULT_SETTINGS, store, (next, before) => changes.push([next, before]));
  return { holder: made, saved, changes };
}

const withLimits = (limits: Partial<Settings['limits']>): Settings => ({
  ...DEFAULT_SETTINGS,
  limits: { ...DEFAULT_SETTINGS.limits, ...limits },
});

test('a change within bounds is kept on disk first, then in force, and told with what was before', () => {
  const { holder: settings, saved, changes } = holder();
  const next = withLimits({ minNetEdgeBps: ' 4.50 ' });
  const changed = settings.change(next);
  expect(changed).toEqual({ ok: true, value: withLimits({ minNetEdgeBps: '4.5' }) });
  expect(saved).toEqual([withLimits({ minNetEdgeBps: '4.5' })]);
  expect(settings.current().limits.minNetEdgeBps).toBe('4.5');
  expect(changes).toEqual([[withLimits({ minNetEdgeBps: '4.5' }), DEFAULT_SETTINGS]]);
});

test('[RK-3] [UI-8] a value outside its bounds: all refused, each field named with its bound, nothing saved or told', () => {
  const { holder: settings, saved, changes } = holder();
  const refused = settings.change(withLimits({ minNetEdgeBps: '4', maxLeverage: '11', maxSlippageBps: '0.5' }));
  expect(refused).toMatchObject({
    ok: false,
    error: {
      code: 'out-of-bounds',
      fields: [
        { path: 'limits.maxLeverage', message: 'Max leverage: 11 × is above the hard maximum of 10.' },
        {
          path: 'limits.maxSlippageBps',
          message: 'Max slippage on entries: 0.5 bps is below the hard minimum of 1.',
        },
      ],
    },
  });
  expect(settings.current()).toBe(DEFAULT_SETTINGS);
  expect(saved).toEqual([]);
  expect(changes).toEqual([]);
});

test('a disk that does not take them: the settings in force stay, and the reason is shown', () => {
  const { holder: settings, changes } = holder(() => err('The settings were not saved: no space left.'));
  const refused = settings.change(withLimits({ minNetEdgeBps: '4' }));
  expect(refused).toMatchObject({
    ok: false,
    error: { code: 'storage', message: 'The settings were not saved: no space left.' },
  });
  expect(settings.current()).toBe(DEFAULT_SETTINGS);
  expect(changes).toEqual([]);
});
