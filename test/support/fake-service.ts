import type {
  CommandInput,
  CommandName,
  CommandOutput,
  Failure,
  QueryInput,
  QueryName,
  QueryOutput,
  RowsTopic,
  TopicItem,
  TopicName,
  ValueTopic,
} from '#shared/contract/contract';
import { TOPICS } from '#shared/contract/contract';
import type { ContractService, HealthReport } from '#shared/contract/service';
import { ok, type Result } from '#shared/kernel/result';
import * as sample from './sample-topics.ts';

type Values = { [N in ValueTopic]: TopicItem<N> };
type Rows = { [N in RowsTopic]: readonly TopicItem<N>[] };

/**
 * A {@link ContractService} with one believable state of every topic, for tests of hosts and of the window. Change a
 * topic with {@link set}; commands are recorded and answered by `onCommand`, else with a plain sentence.
 */
export class FakeService implements ContractService {
  readonly commands: { readonly name: CommandName; readonly input: unknown }[] = [];
  onCommand: ((name: CommandName, input: unknown) => Promise<Result<unknown, Failure>>) | null = null;
  onQuery: ((name: QueryName, input: unknown) => Promise<Result<unknown, Failure>>) | null = null;
  #wallMs = sample.NOW_MS;
  readonly #listeners = new Set<(topic: TopicName) => void>();
  readonly #values: Values = {
    status: sample.status,
    runtime: sample.runtime,
    performance: sample.performance,
    settings: sample.settings,
    practice: sample.practice,
    vault: sample.vault,
  };
  readonly #rows: Rows = {
    feeds: sample.feeds,
    quotes: sample.quotes,
    candidates: [sample.candidate],
    deals: [sample.deal],
    notifications: [sample.notification],
    accounts: [sample.account],
    keys: [sample.key],
  };

  async query<N extends QueryName>(name: N, input: QueryInput<N>): Promise<Result<QueryOutput<N>, Failure>> {
    const answer = this.onQuery === null ? ok(sample.answerQuery(name)) : await this.onQuery(name, input);
    return answer as Result<QueryOutput<N>, Failure>;
  }

  async command<N extends CommandName>(name: N, input: CommandInput<N>): Promise<Result<CommandOutput<N>, Failure>> {
    this.commands.push({ name, input });
    const plain = name === 'kill.engage' ? sample.killed : { text: `${name}: done` };
    const answer = this.onCommand === null ? ok(plain) : await this.onCommand(name, input);
    return answer as Result<CommandOutput<N>, Failure>;
  }

  value<N extends ValueTopic>(topic: N): TopicItem<N> {
    return this.#values[topic];
  }

  rows<N extends RowsTopic>(topic: N): readonly TopicItem<N>[] {
    return this.#rows[topic];
  }

  onChanged(listener: (topic: TopicName) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  wallMs(): number {
    return this.#wallMs;
  }

  /** Listeners that are there now: a closed session must leave none. */
  get listeners(): number {
    return this.#listeners.size;
  }

  setWallMs(wallMs: number): void {
    this.#wallMs = wallMs;
  }

  /** Replaces a one-object topic and tells everyone. */
  set<N extends ValueTopic>(topic: N, value: TopicItem<N>): void {
    (this.#values as Record<ValueTopic, unknown>)[topic] = value;
    this.changed(topic);
  }

  /** Replaces a collection and tells everyone. Keep unchanged rows the same objects. */
  setRows<N extends RowsTopic>(topic: N, rows: readonly TopicItem<N>[]): void {
    (this.#rows as Record<RowsTopic, unknown>)[topic] = rows;
    this.changed(topic);
  }

  changed(topic: TopicName): void {
    for (const listener of [...this.#listeners]) listener(topic);
  }

  /** Names of topics whose sample breaks its own schema; a test asserts that there are none. */
  brokenSamples(): string[] {
    return (Object.keys(TOPICS) as TopicName[]).filter((topic) => {
      const { kind, schema } = TOPICS[topic];
      return kind === 'value'
        ? !schema.safeParse(this.value(topic as ValueTopic)).success
        : this.rows(topic as RowsTopic).some((row) => !schema.safeParse(row).success);
    });
  }
}

export const fakeHealth = (): HealthReport => ({
  mode: 'PRACTICE',
  version: '0.1.0',
  uptimeS: 12,
  engine: 'running',
  auto: 'running',
  killed: false,
  feeds: sample.feeds.map((feed) => ({
    feed: feed.feed,
    connection: feed.connection,
    fresh: feed.fresh,
    instruments: feed.instruments,
    lastHeardAgeMs: 120,
    reason: feed.reason,
    maintenance: { announced: [], entriesWait: false, readAgeMs: 4_000, unreadableForMs: null, note: null },
  })),
  breakers: [{ scope: 'global', state: 'closed', cause: null }],
});
