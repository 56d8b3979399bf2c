import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those it lies in; nothing happens when it is there. Node's own recursive `mkdir` never returns
 * where the system says ENOENT although the folder above exists, as it does in `/proc`.
 * @throws {Error} of the file system, when it cannot be made or something else is in its place.
 */
export function makeFolder(path: string): void {
  if (make(path)) return;
  const above = dirname(path);
  if (above !== path) makeFolder(above);
  if (!make(path)) throw new Error(`ENOENT: no such file or directory, mkdir '${path}'`);
}

/** False when the folder above it is missing. */
function make(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return false;
    if (code === 'EEXIST' && statSync(path).isDirectory()) return true;
    throw error;
  }
}
