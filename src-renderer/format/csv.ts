const NUMBER = /^-?\d+(\.\d+)?$/;

/** A cell for a spreadsheet: numbers as they are, unknown empty, and text never read as a formula. */
export function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = String(value);
  return !NUMBER.test(text) && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
