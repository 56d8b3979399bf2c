import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type FrameLine, type RecordedLine, readLine } from '#main/recording/line';
import { readManifest } from '#main/recording/manifest';
import { DEFAULT_ROTATION, RecordingWriter, type RotationLimits } from '#main/recording/writer';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { linesOf, scratchFolder, textOf } from './folder.ts';

const START_MS = Date.UTC(2026, 4, 1, 10, 59, 58);
const MANIFEST = {
  recordedBy: 'a test',
  venues: 'practice' as const,
  seed: 3,
  feeds: ['okx:spot' as const],
  bases: ['BTC'],
};

async function begin(folder: string, limits: Partial<RotationLimits> = {}) {
  const clock = new VirtualClock(START_MS);
  const failures: string[] = [];
  const begun = await RecordingWriter.begin({
    folder,
    clock,
    manifest: MANIFEST,
    failed: (message) => failures.push(message),
    limits: { ...DEFAULT_ROTATION, ...limits },
  });
  if (!begun.ok) throw new Error(begun.error);
  return { clock, writer: begun.value, failures };
}

const frame = (at: number, ws: string, socket = 1): FrameLine => ({
  at,
  feed: 'okx:spot',
  ws,
  socket,
  url: 'wss://ws.okx.com:8443/ws/v5/public',
});
const framesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.gz'))
    .sort();

test('what is taken comes back as it was, in the order it came, whatever text it is', async () => {
  const folder = scratchFolder();
  const { writer } = await begin(folder);
  const texts = ['{"a":1.50}', 'pong', '', 'line\nbreak "quoted" \\ \u0000 é 🙂', 'x'.repeat(300_000)];
  const taken: RecordedLine[] = [
    ...texts.map((ws, index) => frame(START_MS + index, ws)),
    { at: START_MS + 9, feed: 'okx:spot', ws64: Buffer.from([0xff, 0xfe, 1]).toString('base64'), socket: 2 },
    { at: START_MS + 9, feed: 'okx:spot', rest: { path: '/api/v5/public/time?x=1', body: '{"ts":"1"}', ms: 12.5 } },
    { at: START_MS + 10, feed: 'okx:spot', socket: 1, closed: '1006 gone' },
  ];
  for (const line of taken) writer.take(line);
  expect((await writer.close()).ok).toBe(true);
  const [name = ''] = framesIn(folder);
  const { lines, problem } = await linesOf(join(folder, name));
  expect(problem).toBeNull();
  const read = lines.map((line) => readLine(textOf(line)));
  const decoded = read.slice(0, 6).map((line) => (line.kind === 'frame' ? Buffer.from(line.bytes) : null));
  expect(decoded.slice(0, 5).map((bytes) => bytes?.toString('utf8'))).toEqual(texts);
  expect([...(decoded[5] ?? [])]).toEqual([0xff, 0xfe, 1]);
  expect(read[6]).toMatchObject({
    kind: 'rest',
    path: '/api/v5/public/time?x=1',
    body: '{"ts":"1"}',
    status: 200,
    ms: 12.5,
  });
  expect(read[7]).toMatchObject({ kind: 'closed', socket: 1, reason: '1006 gone' });
  // A socket's URL stands on its first line of a file only.
  expect(read.map((line) => (line.kind === 'frame' ? line.url !== null : null)).slice(0, 3)).toEqual([
    true,
    false,
    false,
  ]);
});

test('a file is readable up to its last flush while it is written, and a tail that was cut is told of', async () => {
  const folder = scratchFolder();
  const { writer, clock } = await begin(folder);
  for (let index = 0; index < 3; index += 1) {
    writer.take(frame(START_MS + index, `frame ${index} ${'y'.repeat(500)}`));
    clock.advanceBy(DEFAULT_ROTATION.flushMs);
  }
  await expect.poll(() => writer.totals().bytes, { timeout: 5_000 }).toBeGreaterThan(0);
  await expect.poll(async () => (await linesOf(join(folder, framesIn(folder)[0] ?? ''))).lines.length).toBe(3);
  const path = join(folder, framesIn(folder)[0] ?? '');
  // Another program reads it too: nothing but whole gzip members.
  expect(gunzipSync(readFileSync(path)).toString('utf8').split('\n')).toHaveLength(4);
  const cut = join(folder, 'cut.gz');
  writeFileSync(cut, readFileSync(path).subarray(0, -12));
  const { lines, problem } = await linesOf(cut);
  expect(problem).toContain('ends in the middle of a compressed block');
  expect(lines.filter(({ kind }) => kind === 'text')).toHaveLength(2);
  await writer.close();
});

test('files are rotated by hour and by size, each with its sockets named anew, and the manifest tells of all', async () => {
  const folder = scratchFolder();
  const { writer, clock } = await begin(folder, { fileBytes: 2_000, flushChars: 1 });
  const noise = (index: number) =>
    Array.from({ length: 40 }, (_, at) => ((index * 7919 + at) * 104_729) % 999_983).join(' ');
  for (let index = 0; index < 30; index += 1) {
    const { bytes } = writer.totals();
    writer.take(frame(clock.wallMs(), noise(index)));
    clock.advanceBy(500);
    // A file's size is known once it is written.
    await expect.poll(() => writer.totals().bytes).toBeGreaterThan(bytes);
  }
  expect((await writer.close()).ok).toBe(true);
  const names = framesIn(folder);
  expect(names[0]).toBe('frames-000001-2026-05-01T10.jsonl.gz');
  expect(names.some((name) => name.endsWith('T11.jsonl.gz'))).toBe(true);
  expect(names.length).toBeGreaterThan(2);
  const all: string[] = [];
  for (const name of names) {
    const { lines } = await linesOf(join(folder, name));
    expect(readLine(textOf(lines[0]))).toMatchObject({ kind: 'frame', url: 'wss://ws.okx.com:8443/ws/v5/public' });
    all.push(...lines.map(textOf));
  }
  expect(all).toHaveLength(30);
  const manifest = readManifest(folder);
  expect(manifest?.files.map(({ name }) => name)).toEqual(names);
  expect(manifest?.files.reduce((sum, { lines }) => sum + lines, 0)).toBe(30);
  expect(manifest?.files.map(({ bytes, name }) => bytes === statSync(join(folder, name)).size)).not.toContain(false);
  expect(manifest).toMatchObject({ endedAtMs: clock.wallMs(), seed: 3, bases: ['BTC'], feeds: ['okx:spot'] });
});

test('a folder that holds a recording, finished or not, is never written to', async () => {
  for (const held of ['manifest.json', 'frames-000001-2026-05-01T10.jsonl.gz', 'mine.jsonl']) {
    const folder = scratchFolder();
    writeFileSync(join(folder, held), 'precious');
    const begun = await RecordingWriter.begin({
      folder,
      clock: new VirtualClock(START_MS),
      manifest: MANIFEST,
      failed: () => undefined,
    });
    expect(begun).toEqual({ ok: false, error: expect.stringContaining('already holds a recording') });
    expect(readFileSync(join(folder, held), 'utf8')).toBe('precious');
    expect(readdirSync(folder)).toEqual([held]);
  }
});

test('when nothing can be written any more that is said once, and what came before is kept', async () => {
  const folder = scratchFolder();
  const { writer, clock, failures } = await begin(folder);
  writer.take(frame(clock.wallMs(), 'before'));
  clock.advanceBy(DEFAULT_ROTATION.flushMs);
  await expect.poll(() => framesIn(folder).length).toBe(1);
  rmSync(folder, { recursive: true });
  // The next hour needs a new file, and there is nowhere to put it.
  for (let index = 0; index < 5; index += 1) {
    clock.advanceBy(3_600_000);
    writer.take(frame(clock.wallMs(), `after ${index}`));
    clock.advanceBy(DEFAULT_ROTATION.flushMs);
  }
  await expect.poll(() => failures.length).toBe(1);
  expect(failures[0]).toMatch(/^The recording in .* stopped: .*ENOENT/);
  expect(await writer.close()).toEqual({ ok: false, error: failures[0] });
  expect(failures).toHaveLength(1);
});
