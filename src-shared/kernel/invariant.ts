/** A broken promise of the program itself; never used for bad input. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Throws {@link InvariantError} when the program's own promise does not hold. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** Makes a switch exhaustive: a new member fails to compile, an impossible one fails at once. */
export function assertNever(value: never): never {
  throw new InvariantError(`unexpected member: ${String(value)}`);
}
