import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openLines, type TextLine } from '#main/recording/reader';

/** A folder that goes with the test. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'crossbook-recording-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Every line of a file, and what was wrong with its end. */
export async function linesOf(path: string): Promise<{ readonly lines: TextLine[]; readonly problem: string | null }> {
  const opened = await openLines(path, process.stdin);
  if (!opened.ok) throw new Error(opened.error);
  const lines: TextLine[] = [];
  for await (const some of opened.value.lines()) lines.push(...some);
  return { lines, problem: opened.value.problem() };
}

export const textOf = (line: TextLine | undefined): string =>
  line === undefined || line.kind === 'too-long' ? '' : line.text;
