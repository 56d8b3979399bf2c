import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { feedSchema } from '#shared/domain/ids';

export const MANIFEST = 'manifest.json';

const fileSchema = z.object({
  name: z.string(),
  fromMs: z.number(),
  toMs: z.number(),
  lines: z.int(),
  /** Compressed. */
  bytes: z.int(),
});

/** What a recording is: written when it begins, whenever a file is finished, and when it ends. */
export const manifestSchema = z.object({
  format: z.literal('crossbook-frames'),
  version: z.literal(1),
  recordedBy: z.string(),
  venues: z.enum(['live', 'practice']),
  /** Of the practice world; `null` for live venues. */
  seed: z.int().nullable(),
  feeds: z.array(feedSchema),
  bases: z.array(z.string()),
  startedAtMs: z.number(),
  /** `null` while recording, and for good when the recorder was killed. */
  endedAtMs: z.number().nullable(),
  files: z.array(fileSchema),
});
export type Manifest = z.infer<typeof manifestSchema>;
export type RecordedFile = z.infer<typeof fileSchema>;

/** Whole or not at all. @throws when the folder cannot be written. */
export function writeManifest(folder: string, manifest: Manifest): void {
  const path = join(folder, MANIFEST);
  const fresh = `${path}.new`;
  writeFileSync(fresh, `${JSON.stringify(manifest, null, 2)}\n`);
  renameSync(fresh, path);
}

/** `null` when there is none or it cannot be used: the files speak for themselves. */
export function readManifest(folder: string): Manifest | null {
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')));
  } catch {
    return null;
  }
}
