import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const here = import.meta.dirname;
const bench = resolve(here, 'bench/bench.ts');

/** Kept out of the bundles: the runtime itself, and the one package with a native part. */
const external = ['electron', 'better-sqlite3', /^node:/];

export default defineConfig({
  main: {
    resolve: { alias: { 'ccxt/js/src': resolve(here, 'node_modules/ccxt/js/src') } },
    build: {
      outDir: 'out/main',
      // The desktop tests run on an Electron whose Node is 18.
      target: 'node18',
      externalizeDeps: false,
      sourcemap: true,
      rollupOptions: {
        external,
        input: {
          electron: resolve(here, 'src-main/electron.ts'),
          headless: resolve(here, 'src-main/headless.ts'),
          ...(existsSync(bench) ? { bench } : {}),
        },
        output: {
          format: 'cjs',
          entryFileNames: '[name].cjs',
          chunkFileNames: 'chunks/[name]-[hash].cjs',
          // A `const` stays one: V8 compiles its value into the code, that of a `var` it loads and checks at each use.
          topLevelVar: false,
        },
        // ccxt is bundled for the exchanges in use; its index names hundreds of others that are then not there.
        onLog: (level, log, handle) => {
          if (log.code !== 'IMPORT_IS_UNDEFINED') handle(level, log);
        },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      target: 'node18',
      externalizeDeps: false,
      rollupOptions: {
        external: ['electron'],
        input: { preload: resolve(here, 'src-main/host/electron/preload.ts') },
        // A sandboxed preload cannot be an ES module.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve(here, 'src-renderer'),
    base: './',
    publicDir: false,
    plugins: [react()],
    build: {
      outDir: resolve(here, 'out/renderer'),
      emptyOutDir: true,
      target: 'chrome114',
      // Scripts and styles as files: the policy allows no inline ones.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 4000,
      rollupOptions: { input: resolve(here, 'src-renderer/index.html') },
    },
  },
});
