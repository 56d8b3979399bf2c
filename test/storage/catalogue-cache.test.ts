import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CatalogueFiles } from '#main/storage/catalogue-cache';
import type { CatalogueCache } from '#main/venues/feeds';
import { scratchFolders } from './files.ts';

const folder = scratchFolders();
const AT_MS = Date.UTC(2026, 10, 2, 9, 30);
const HOUR_MS = 3_600_000;
const MARKET = {
  id: 'PF_XBTUSD',
  base: 'BTC',
  quote: 'USD',
  settle: 'USD',
  priceTick: 0.5,
  lotStep: 0.0001,
  minQuantity: undefined,
  minNotional: undefined,
  contractSize: 1,
  info: { symbol: 'PF_XBTUSD', tick: '0.5' },
};

function cache() {
  const home = join(folder(), 'catalogues');
  const said: string[] = [];
  const files = new CatalogueFiles(home, (problem) => said.push(problem));
  return { home, said, files: files satisfies CatalogueCache, path: join(home, 'kraken-perp.json.gz') };
}

describe('kept catalogues', () => {
  it('come back as they were, one compressed file a feed, after a restart', async () => {
    const { home, said, files } = cache();
    expect(files.load('kraken:perp')).toBeNull();
    files.save('kraken:perp', { atMs: AT_MS, markets: [MARKET] });
    files.save('kraken:spot', { atMs: AT_MS, markets: [] });
    await files.settled();
    const again = new CatalogueFiles(home, (problem) => said.push(problem));
    expect(again.load('kraken:perp')).toEqual({ atMs: AT_MS, markets: [MARKET] });
    expect(again.load('kraken:spot')).toEqual({ atMs: AT_MS, markets: [] });
    expect(again.load('okx:perp')).toBeNull();
    expect(readdirSync(home).sort()).toEqual(['kraken-perp.json.gz', 'kraken-spot.json.gz']);
    expect(said).toEqual([]);
  });

  it('are written again once they are half an hour old, the newest last', async () => {
    const { files, path } = cache();
    files.save('kraken:perp', { atMs: AT_MS, markets: [MARKET] });
    files.save('kraken:perp', { atMs: AT_MS + 1_000, markets: [] });
    await files.settled();
    expect(JSON.parse(gunzipSync(readFileSync(path)).toString('utf8'))).toMatchObject({ atMs: AT_MS });
    files.save('kraken:perp', { atMs: AT_MS + HOUR_MS, markets: [] });
    files.save('kraken:perp', { atMs: AT_MS + 2 * HOUR_MS, markets: [MARKET] });
    await files.settled();
    expect(files.load('kraken:perp')).toEqual({ atMs: AT_MS + 2 * HOUR_MS, markets: [MARKET] });
  });

  it('that cannot be used are ignored, said once in one line, and left for a person to see', () => {
    const whole = JSON.stringify({ version: 1, feed: 'kraken:perp', atMs: AT_MS, markets: [MARKET] });
    const broken: readonly [string, Buffer][] = [
      ['no gzip', Buffer.from('nonsense')],
      ['cut', gzipSync(whole).subarray(0, -9)],
      ['no JSON', gzipSync(whole.slice(0, -5))],
      ['another version', gzipSync(whole.replace('"version":1', '"version":2'))],
      ['another feed', gzipSync(whole.replace('kraken:perp', 'okx:perp'))],
      ['a contract of no size', gzipSync(whole.replace('"contractSize":1', '"contractSize":0'))],
    ];
    for (const [why, bytes] of broken) {
      const { home, said, files, path } = cache();
      mkdirSync(home);
      writeFileSync(path, bytes);
      expect(files.load('kraken:perp'), why).toBeNull();
      expect(files.load('kraken:perp'), why).toBeNull();
      expect(said, why).toHaveLength(1);
      expect(said[0]).toContain(path);
      expect(said[0]).not.toContain('\n');
      expect(readFileSync(path).equals(bytes)).toBe(true);
    }
  });

  it('that cannot be written are said once and nothing throws', async () => {
    const { home, said, files } = cache();
    writeFileSync(home, 'a file where the folder should be');
    files.save('kraken:perp', { atMs: AT_MS, markets: [MARKET] });
    files.save('kraken:perp', { atMs: AT_MS + HOUR_MS, markets: [MARKET] });
    await files.settled();
    expect(said).toEqual([expect.stringContaining('The catalogue of kraken:perp was not kept')]);
    expect(existsSync(join(home, 'kraken-perp.json.gz'))).toBe(false);
  });
});
