import { Dispatcher } from '#main/host/dispatch';
import { Session } from '#main/host/session';
import {
  type CommandInput,
  type CommandName,
  type QueryInput,
  type QueryName,
  TOPICS,
} from '#shared/contract/contract';
import { batchSchema, type Push, pushSchema } from '#shared/contract/messages';
import type { ContractService } from '#shared/contract/service';
import type { Clock } from '#shared/kernel/time';

type Reply = Extract<Push, { kind: 'reply' | 'failed' }>;

/** A window that follows every topic and keeps the text of everything it was ever told. */
export class WindowLine {
  readonly told: string[] = [];
  readonly #session: Session;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #id = 0;

  constructor(service: ContractService, clock: Clock, onProblem: (problem: string) => void) {
    const send = (text: string): void => {
      this.told.push(text);
      for (const push of batchSchema.parse(JSON.parse(text)).pushes) this.#take(pushSchema.parse(push));
    };
    const link = { send, congested: () => false, drop: (reason: string) => this.told.push(reason) };
    this.#session = new Session(service, new Dispatcher(service, onProblem), clock, link, onProblem);
    for (const topic of Object.keys(TOPICS)) void this.#ask({ kind: 'subscribe', topic });
  }

  command<N extends CommandName>(name: N, input: CommandInput<N>): Promise<Reply> {
    return this.#ask({ kind: 'command', name, input, submissionId: `submission-${this.#id}` });
  }

  query<N extends QueryName>(name: N, input: QueryInput<N>): Promise<Reply> {
    return this.#ask({ kind: 'query', name, input });
  }

  close(): void {
    this.#session.close();
  }

  #ask(request: object): Promise<Reply> {
    this.#id += 1;
    const id = this.#id;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#session.receive({ ...request, id });
    });
  }

  #take(push: Push): void {
    if (push.kind !== 'reply' && push.kind !== 'failed') return;
    this.#waiting.get(push.id)?.(push);
    this.#waiting.delete(push.id);
  }
}
