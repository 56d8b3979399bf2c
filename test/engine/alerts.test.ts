import { expect, it } from 'vitest';
import { fundingAlerts } from '#engine/alerts';
import type { EngineObserver } from '#engine/observer';

it('[MD-7] what a person should know of funding: changes, missing intervals until they are there, a failing history', () => {
  const told: string[] = [];
  const observer: Partial<EngineObserver> = {
    intervalChanged: (listing, fromMs, toMs) => told.push(`${listing} ${fromMs} ${toMs}`),
    alert: (key, text) => told.push(`${key}: ${text}`),
    alarmCleared: (key) => told.push(`${key} cleared`),
  };
  const alerts = fundingAlerts(observer as EngineObserver);
  const listing = 'okx:perp|BTC-USDT-PERP' as const;
  alerts.intervalChanged(listing, 1, 2);
  alerts.intervalsMissing('okx:perp', [listing]);
  alerts.intervalsMissing(
    'okx:perp',
    Array.from({ length: 6 }, () => listing),
  );
  alerts.intervalsMissing('okx:perp', []);
  alerts.historyFailed('The disk is full.');
  alerts.historyFailed(null);
  expect(told).toEqual([
    `${listing} 1 2`,
    `funding-intervals:okx:perp: okx:perp tells funding rates without an interval: ${listing}. Those rates are not used.`,
    'funding-intervals:okx:perp: okx:perp tells funding rates without an interval: 6 perpetuals. Those rates are not used.',
    'funding-intervals:okx:perp cleared',
    'funding-history: The disk is full. Settled funding is kept in memory only until then.',
    'funding-history cleared',
  ]);
});
