import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Single exchange classes: ccxt's exports map only offers the whole library.
  resolve: { alias: { 'ccxt/js/src': resolve(import.meta.dirname, 'node_modules/ccxt/js/src') } },
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    environment: 'node',
    testTimeout: 15_000,
    hookTimeout: 30_000,
    // Two workers suit the two cores this is checked on. Files share a worker's modules: nothing in them keeps state between
    // tests, and loading ccxt anew for each of two hundred files took a third of the time.
    pool: 'forks',
    isolate: false,
    maxWorkers: 2,
    passWithNoTests: false,
  },
});
