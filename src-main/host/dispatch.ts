import type { z } from 'zod';
import {
  COMMANDS,
  type CommandInput,
  type CommandName,
  type Failure,
  QUERIES,
  type QueryInput,
  type QueryName,
} from '#shared/contract/contract';
import type { ContractService } from '#shared/contract/service';
import { err, ok, type Result } from '#shared/kernel/result';
import { failure, inputFailure } from './failures.ts';
import { Submissions } from './submissions.ts';

/** Commands remembered for de-duplication, over all windows. */
const REMEMBERED_SUBMISSIONS = 1000;

const isQuery = (name: string): name is QueryName => Object.hasOwn(QUERIES, name);
const isCommand = (name: string): name is CommandName => Object.hasOwn(COMMANDS, name);

/**
 * Carries queries and commands from any window to the one workstation. Whatever comes in is parsed first and whatever
 * goes out is parsed again; nothing here throws or rejects. One dispatcher serves all windows of a process, so that a
 * command sent again after a reconnect is still recognised.
 */
export class Dispatcher {
  readonly #service: ContractService;
  readonly #onProblem: (problem: string) => void;
  readonly #submissions = new Submissions(REMEMBERED_SUBMISSIONS);

  /** `onProblem` hears of defects of our own (a handler that threw, an output that broke its schema), for the log. */
  constructor(service: ContractService, onProblem: (problem: string) => void) {
    this.#service = service;
    this.#onProblem = onProblem;
  }

  async query(name: string, input: unknown): Promise<Result<unknown, Failure>> {
    if (!isQuery(name)) return err(unknownName('query', name));
    const { input: inputSchema, output: outputSchema } = QUERIES[name];
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success) return err(inputFailure(name, parsed.error));
    return this.#answer(name, outputSchema, () => this.#service.query(name, parsed.data as QueryInput<QueryName>));
  }

  async command(name: string, input: unknown, submissionId: string): Promise<Result<unknown, Failure>> {
    if (!isCommand(name)) return err(unknownName('command', name));
    const { input: inputSchema, output: outputSchema } = COMMANDS[name];
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success) return err(inputFailure(name, parsed.error));
    return this.#submissions.run(submissionId, `${name} ${JSON.stringify(parsed.data)}`, () =>
      this.#answer(name, outputSchema, () => this.#service.command(name, parsed.data as CommandInput<CommandName>)),
    );
  }

  async #answer(
    name: string,
    outputSchema: z.ZodType,
    run: () => Promise<Result<unknown, Failure>>,
  ): Promise<Result<unknown, Failure>> {
    try {
      const result = await run();
      if (!result.ok) return result;
      const output = outputSchema.safeParse(result.value);
      if (output.success) return ok(output.data);
      this.#onProblem(`${name}: its answer broke its schema: ${output.error.message}`);
    } catch (error) {
      this.#onProblem(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
    const kept = 'It is not known whether it took effect.';
    return err(
      failure('internal', `${name} failed inside Crossbook.`, 'Look at the state shown, then at the log.', kept),
    );
  }
}

function unknownName(kind: string, name: string): Failure {
  const remedy = 'Reload the window; it may be from another version.';
  return failure('invalid-input', `There is no ${kind} “${name.slice(0, 40)}”.`, remedy);
}
