import { describe, expect, test } from 'vitest';
import { barAges } from '#main/replay/model';
import { settingsOnRecording } from '#main/replay/settings';
import { DEFAULT_LIMITS } from '#shared/settings/limits';
import { DEFAULT_SETTINGS, settingsSchema } from '#shared/settings/settings';
import { recording, row } from './recordings.ts';

describe('[SD-3] ages on bars', () => {
  test('one bar counts as one second towards maximum ages; minimum ages are untouched', () => {
    const minute = barAges(DEFAULT_LIMITS, 60_000);
    expect(minute.quotes.maxHeardAgeMs).toBe(Number(DEFAULT_LIMITS.maxQuoteAgeMs) * 60);
    expect(minute.divergences).toMatchObject({ minimumFactor: 1, maximumFactor: 60 });
    expect(barAges(DEFAULT_LIMITS, 300_000).quotes.maxHeardAgeMs).toBe(450_000);
  });
});

describe('settings on a recording', () => {
  const flat = '100,100,100,100';

  test('venues without bars are off, the user’s own choice stays, and the result is within every bound', async () => {
    const folder = await recording([row(0, 'kraken BTC-USD', flat), row(0, 'okx BTC-USDT', flat)]);
    const { enabled } = DEFAULT_SETTINGS.venueStack;
    const given = {
      ...DEFAULT_SETTINGS,
      venueStack: { ...DEFAULT_SETTINGS.venueStack, enabled: { ...enabled, okx: false } },
    };
    const used = settingsOnRecording(given, folder);
    expect(used.venueStack.enabled).toEqual({
      binance: false,
      coinbase: false,
      bybit: false,
      okx: false,
      kraken: true,
    });
    expect(settingsSchema.safeParse(used).success).toBe(true);
  });

  test('an entry may rest for a bar and a coin rests for a bar after a deal, within their bounds', async () => {
    const hourly = await recording([row(0, 'kraken BTC-USD', flat).replace(',60,', ',3600,')]);
    const minutely = await recording([row(0, 'kraken BTC-USD', flat)]);
    const [short, long] = [minutely, hourly].map((folder) => settingsOnRecording(DEFAULT_SETTINGS, folder));
    expect(short?.routing.restingLifetimeS).toBe('60');
    expect(short?.profiles[0]?.cooldownS).toBe(60);
    expect(long?.routing.restingLifetimeS).toBe('300');
    expect(long?.profiles[0]?.cooldownS).toBe(3600);
    expect(settingsSchema.safeParse(long).success).toBe(true);
  });
});
