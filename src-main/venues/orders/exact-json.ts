/**
 * A string (closed or not) or a number outside of one. A number before a colon is left as it is, so that a text with such
 * a member name stays the broken JSON that it was.
 */
const TOKEN = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"?|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?!\s*:)/g;

/**
 * JSON with every number as the text in which it came: a double would change the digits of prices, sizes and long ids
 * (ID-4). `undefined` when the text is not JSON.
 */
export function exactJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(TOKEN, (token) => (token.startsWith('"') ? token : `"${token}"`)));
  } catch {
    return undefined;
  }
}
