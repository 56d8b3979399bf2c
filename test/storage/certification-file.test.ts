import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CertificationFile } from '#main/storage/certification-file';
import type { CertificationReport } from '#shared/domain/certification';
import { scratchFolders } from './files.ts';

const folder = scratchFolders();

const report: CertificationReport = {
  verdict: 'PARTIAL',
  venues: 'practice',
  halves: ['public'],
  startedAtMs: 1_790_000_000_000,
  tookMs: 41_000,
  version: '0.1.0',
  feeds: {
    'okx:perp': { funding: { status: 'PASS', ms: 12, detail: 'every 8 h' } },
    'kraken:spot': { funding: { status: 'NOT SUPPORTED', ms: null, detail: 'spot' } },
  },
};

test('the last report is kept whole, and there is none before the first', () => {
  const file = new CertificationFile(join(folder(), 'certification.json'));
  expect(file.load()).toEqual({ ok: true, value: null });
  expect(file.save(report)).toEqual({ ok: true, value: undefined });
  expect(file.load()).toEqual({ ok: true, value: report });
  file.save({ ...report, verdict: 'PASS' });
  expect(file.load()).toMatchObject({ value: { verdict: 'PASS' } });
});

test('[FCL] a report that cannot be read is said to be, never half believed', () => {
  const path = join(folder(), 'certification.json');
  const file = new CertificationFile(path);
  for (const text of ['', '{"verdict":"PASS"}', 'not json', JSON.stringify({ ...report, verdict: 'FINE' })]) {
    writeFileSync(path, text);
    expect(file.load(), text).toMatchObject({ ok: false, error: expect.stringContaining(path) });
    expect(readFileSync(path, 'utf8')).toBe(text);
  }
  expect(new CertificationFile(join(folder(), 'nowhere', 'x.json')).save(report)).toMatchObject({ ok: false });
});
