/**
 * The import matrix. `may` lists rooms (by folder) and packages a room's files may import beside their own room; `node:`
 * stands for every built-in module. The first room whose folder a file lies in is its room.
 */
export interface Room {
  readonly folder: string;
  readonly may: readonly string[];
}

const SHARED = [
  'src-shared/kernel',
  'src-shared/money',
  'src-shared/domain',
  'src-shared/settings',
  'src-shared/contract',
];
const PORTS = 'src-main/engine/ports.ts';

export const ROOMS: readonly Room[] = [
  { folder: 'src-shared/kernel', may: [] },
  { folder: 'src-shared/money', may: ['src-shared/kernel', 'big.js'] },
  { folder: 'src-shared/domain', may: ['src-shared/kernel', 'src-shared/money', 'zod'] },
  { folder: 'src-shared/settings', may: ['src-shared/kernel', 'src-shared/money', 'src-shared/domain', 'zod'] },
  {
    folder: 'src-shared/contract',
    may: ['src-shared/kernel', 'src-shared/money', 'src-shared/domain', 'src-shared/settings', 'zod'],
  },
  { folder: 'src-main/engine', may: SHARED },
  { folder: 'src-main/venues', may: [...SHARED, PORTS, 'ccxt', 'ws', 'cockatiel', 'zod', 'node:'] },
  // An independent witness: it shares nothing with venues/ or engine/, so a mistake in one cannot hide in the other.
  { folder: 'src-main/practice', may: [...SHARED, 'ws', 'csv-parse', 'node:'] },
  { folder: 'src-main/paper', may: [...SHARED, PORTS] },
  { folder: 'src-main/replay', may: [...SHARED, PORTS, 'csv-parse', 'zod', 'node:'] },
  // Raw frames: it reads and writes files of them and plays them, and inspects them through the venues' own decoders.
  { folder: 'src-main/recording', may: [...SHARED, PORTS, 'src-main/venues', 'zod', 'node:'] },
  // Checks over the venues' protocols, for practice and live alike.
  { folder: 'src-main/certification', may: [...SHARED, PORTS, 'src-main/venues'] },
  { folder: 'src-main/storage', may: [...SHARED, PORTS, 'better-sqlite3', 'write-file-atomic', 'zod', 'node:'] },
  // Seals exported profiles the way the vault seals its file.
  { folder: 'src-main/accounts', may: [...SHARED, PORTS, 'src-main/storage/vault', 'zod', 'node:'] },
  { folder: 'src-main/telemetry', may: [...SHARED, PORTS, 'pino', 'pino-roll', 'hdr-histogram-js', 'node:'] },
  // Before the rest of host/: the desktop alone may use Electron.
  { folder: 'src-main/host/electron', may: [...SHARED, 'src-main/host', 'electron', 'node:'] },
  { folder: 'src-main/host', may: [...SHARED, 'ws', 'sirv', 'zod', 'node:'] },
  { folder: 'src-main/app', may: [...SHARED, 'src-main', 'package.json', 'zod', 'node:'] },
  {
    folder: 'src-main/cli',
    // What a report says in text and JSON is its own room's.
    may: [
      ...SHARED,
      'src-main/app',
      'src-main/host',
      'src-main/certification/matrix.ts',
      'src-main/replay/report.ts',
      'src-main/replay/summary.ts',
      'commander',
      'cli-progress',
      'node:',
    ],
  },
  {
    folder: 'src-main/electron.ts',
    may: [...SHARED, 'src-main/app', 'src-main/host', 'src-main/cli', 'electron', 'node:'],
  },
  { folder: 'src-main/headless.ts', may: [...SHARED, 'src-main/app', 'src-main/host', 'src-main/cli', 'node:'] },
  {
    folder: 'src-renderer',
    may: [
      ...SHARED,
      'react',
      'react-dom',
      'react-redux',
      '@reduxjs/toolkit',
      '@blueprintjs/core',
      '@blueprintjs/icons',
      '@fontsource-variable/inter',
      'ag-grid-community',
      'ag-grid-react',
      'react-hook-form',
      '@hookform/resolvers',
      'lightweight-charts',
      'zod',
    ],
  },
  // Before the rest of bench/: the window is measured in the browser of the journeys.
  {
    folder: 'bench/window.ts',
    may: ['src-shared', 'src-main', 'test/support', 'bench', 'e2e/launch', '@playwright/test', 'node:'],
  },
  { folder: 'bench', may: ['src-shared', 'src-main', 'test/support', 'ccxt', 'ws', 'better-sqlite3', 'node:'] },
];

/** Packages only one part of the window may know: the way to the engine. */
export const ONLY_BRIDGE_MAY_NAME = /\b(WebSocket|window\.crossbook)\b/;
