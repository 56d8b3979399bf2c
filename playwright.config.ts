import { defineConfig } from '@playwright/test';
import type { HostOptions } from './e2e/launch/fixtures.ts';

/**
 * `hosts` starts the programs themselves; the journeys run in a browser against the loopback host and again in the
 * desktop app, where there is an Electron to run it in.
 */
export default defineConfig<object, HostOptions>({
  testDir: 'e2e/journeys',
  globalSetup: './e2e/launch/global-setup.ts',
  outputDir: 'test-results',
  // Each test runs a whole workstation: one at a time on two cores.
  workers: 1,
  fullyParallel: false,
  forbidOnly: process.env.CI !== undefined,
  retries: 0,
  timeout: 180_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/journeys.json' }]],
  projects: [
    { name: 'hosts', testMatch: '*.hosts.ts', timeout: 60_000 },
    { name: 'chromium', testMatch: ['*.journey.ts', '*.browser.ts'], use: { host: 'web' } },
    { name: 'electron', testMatch: ['*.journey.ts', '*.desktop.ts'], use: { host: 'electron' } },
  ],
});
