import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How much of a secret's beginning or end gives it away where a text was cut. */
const TELLING = 12;

/** Looks for texts that must be nowhere, however they are written. Shares no code with what hides them. */
export class SecretSearch {
  readonly #needles: { readonly name: string; readonly bytes: Buffer }[] = [];

  /** A secret: its whole, its ends, each of its lines. */
  plant(name: string, secret: string): void {
    const lines = secret.split('\n').filter((line) => line.length > TELLING && !line.startsWith('-----'));
    for (const line of lines) {
      this.plantWhole(name, line);
      this.#add(`beginning of ${name}`, Buffer.from(line.slice(0, TELLING)));
      this.#add(`end of ${name}`, Buffer.from(line.slice(-TELLING)));
    }
  }

  /** What may be shown in part. */
  plantWhole(name: string, text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    this.#add(name, bytes);
    this.#add(`${name} in a URL`, Buffer.from(encodeURIComponent(text)));
    this.#add(`${name} in a form`, Buffer.from(new URLSearchParams({ a: text }).toString().slice(2)));
    this.#add(`${name} in JSON`, Buffer.from(JSON.stringify(text).slice(1, -1)));
    this.#add(`${name} in hex`, Buffer.from(bytes.toString('hex')));
    this.#add(`${name} in hex`, Buffer.from(bytes.toString('hex').toUpperCase()));
    this.#add(`${name} as UTF-16`, Buffer.from(text, 'utf16le'));
    // In front of it two, one or no byte; what is left are the characters that no neighbour changes.
    for (const before of [0, 1, 2]) {
      const padded = Buffer.concat([Buffer.alloc(before), bytes]);
      const whole = padded.subarray(before === 0 ? 0 : 3, padded.length - (padded.length % 3));
      this.#add(`${name} in base64`, Buffer.from(whole.toString('base64')));
      this.#add(`${name} in base64url`, Buffer.from(whole.toString('base64url')));
    }
  }

  /** What of them stands there, by name; each name once. */
  foundIn(text: string | Buffer): readonly string[] {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    return [...new Set(this.#needles.filter((needle) => bytes.includes(needle.bytes)).map(({ name }) => name))];
  }

  /** {@link foundIn} over every file below a folder: `file: name`. Links are not followed. */
  foundBelow(folder: string): readonly string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .flatMap((entry) => {
        const path = join(entry.parentPath, entry.name);
        return this.foundIn(readFileSync(path)).map((name) => `${path.slice(folder.length + 1)}: ${name}`);
      });
  }

  #add(name: string, bytes: Buffer): void {
    if (bytes.length >= 8) this.#needles.push({ name, bytes });
  }
}
