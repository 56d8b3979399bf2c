/** A number as it is to be written: digit for digit, as a JSON number. */
export class Digits {
  readonly text: string;

  /** @throws TypeError for what is no plain JSON number. */
  constructor(text: string) {
    if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text)) throw new TypeError(`not plain digits: ${text.slice(0, 40)}`);
    this.text = text;
  }
}

/** JSON with {@link Digits} as the numbers that they spell: no double comes between (ID-4). */
export function exactText(value: unknown): string {
  if (value instanceof Digits) return value.text;
  if (Array.isArray(value)) return `[${value.map(exactText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value).flatMap(([key, member]) =>
    member === undefined ? [] : [`${JSON.stringify(key)}:${exactText(member)}`],
  );
  return `{${members.join(',')}}`;
}
