/** `units` × 10^-`decimals` with every decimal kept: `fixed(123450, 3)` is `123.450`. `units` is a whole number >= 0. */
export function fixed(units: number, decimals: number): string {
  if (decimals === 0) return String(units);
  const digits = String(units).padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** Like {@link fixed}, with zeros added up to `wanted` decimals. */
export function padded(units: number, decimals: number, wanted: number): string {
  if (wanted <= decimals) return fixed(units, decimals);
  return `${fixed(units, decimals)}${decimals === 0 ? '.' : ''}${'0'.repeat(wanted - decimals)}`;
}

/** Like {@link fixed}, without trailing zeros: `trimmed(123450, 3)` is `123.45`, `trimmed(5000, 3)` is `5`. */
export function trimmed(units: number, decimals: number): string {
  const text = fixed(units, decimals);
  if (decimals === 0) return text;
  let end = text.length;
  while (text.charCodeAt(end - 1) === 48) end -= 1;
  if (text.charCodeAt(end - 1) === 46) end -= 1;
  return text.slice(0, end);
}

/** The smallest step with that many decimals: `step(3)` is `0.001`. */
export const step = (decimals: number): string => fixed(1, decimals);
