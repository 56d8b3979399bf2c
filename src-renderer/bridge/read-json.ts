/** Text that is not JSON is handed on as it is: the client counts it as malformed. */
export function readJson(data: unknown): unknown {
  if (typeof data !== 'string') return data;
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}
