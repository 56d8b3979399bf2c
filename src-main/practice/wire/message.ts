/** A client's JSON message, read without trusting it. */
export type Message = Readonly<Record<string, unknown>>;

/** The object in `text`, or `null` when it is anything else. */
export function readMessage(text: string): Message | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

export const isRecord = (value: unknown): value is Message =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The strings of a list of strings, or `null` when it is anything else. */
export function strings(value: unknown): string[] | null {
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : null;
}

/** The value of `key` when it is a string. */
export function stringAt(message: Message, key: string): string | undefined {
  const value = message[key];
  return typeof value === 'string' ? value : undefined;
}
