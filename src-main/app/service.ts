import type { AccountDesk } from '#main/accounts/account-desk';
import type { ReportStore } from '#main/telemetry/report-store';
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
import { TOPIC_NAMES } from '#shared/contract/contract';
import type { ContractService } from '#shared/contract/service';
import { err, ok, type Result } from '#shared/kernel/result';
import { type Cancel, every } from '#shared/kernel/time';
import { failureOf, secretsIn } from './account-commands.ts';
import { COMMAND_HANDLERS } from './commands.ts';
import { marketView } from './market-view.ts';
import { NO_PRACTICE, type PracticeControl } from './practice-control.ts';
import type { SettingsHolder } from './settings-holder.ts';
import { type ProjectionContext, performanceOf, QuoteRows, runtimeOf, statusOf } from './topics.ts';

export interface ServiceContext extends ProjectionContext {
  readonly settings: SettingsHolder;
  readonly reports: ReportStore;
  /** `null` where the venues are the real ones. */
  readonly practice: PracticeControl | null;
  readonly accounts: AccountDesk;
  /** The last reports kept, or why one cannot be read; that of a test network is one of its own. */
  readonly certification: () => Result<QueryOutput<'certification.latest'>, string>;
  /** Told of what a person typed that must never be told again (SE-1). */
  readonly met: (secrets: Iterable<string>) => void;
}

/** How often windows are told to look again; each reads at its own pace and sends only what differs. */
const REFRESH_MS = 250;

type Queries = {
  readonly [N in QueryName]: (input: QueryInput<N>) => Result<QueryOutput<N>, Failure>;
};
type Values = { readonly [N in ValueTopic]: () => TopicItem<N> };
type Rows = { readonly [N in RowsTopic]: () => readonly TopicItem<N>[] };

const missing = (what: string): Failure => ({
  code: 'not-found',
  message: `${what} is not kept any more.`,
  kept: 'Nothing was changed.',
  remedy: 'Choose one that is listed.',
  fields: [],
});

const unreadable = (message: string): Failure => ({
  code: 'storage',
  message,
  kept: 'Nothing was changed; what is shown of the market is not concerned.',
  remedy: 'Look at the log and at the disk of the data directory.',
  fields: [],
});

/** The workstation as its windows see it. Reads the engine, forwards orders of people to it, decides nothing. */
export class WorkstationService implements ContractService {
  readonly #context: ServiceContext;
  readonly #queries: Queries;
  readonly #values: Values;
  readonly #rows: Rows;
  readonly #listeners = new Set<(topic: TopicName) => void>();
  readonly #stopRefreshing: Cancel;

  constructor(context: ServiceContext) {
    this.#context = context;
    const { engine, settings, notifications, reports, recorder } = context;
    const quotes = new QuoteRows();
    this.#values = {
      status: () => statusOf(context),
      runtime: () => runtimeOf(context),
      performance: () => performanceOf(context),
      settings: () => settings.current(),
      practice: () => context.practice?.state() ?? NO_PRACTICE,
      vault: () => context.accounts.vaultState(),
    };
    this.#rows = {
      feeds: () => engine.market.feeds(),
      quotes: () => quotes.read(engine),
      candidates: () => recorder.candidates(),
      deals: () => engine.deals(),
      notifications: () => notifications.list(),
      accounts: () => context.accounts.accountRows(),
      keys: () => context.accounts.keyRows(),
    };
    this.#queries = {
      'account.dependents': ({ id }) => failureOf(context.accounts.accountDependents(id)),
      'key.dependents': ({ id }) => failureOf(context.accounts.keyDependents(id)),
      'kill.preview': ({ level }) => {
        const { sentence, venues } = engine.kill.preview(level);
        return ok({ sentence, venues: venues.map((venue) => ({ ...venue })) });
      },
      'deal.get': ({ id }) => {
        const deal = engine.deal(id);
        return deal === undefined ? err(missing(`Deal ${id}`)) : ok(deal);
      },
      'report.get': ({ cycle }) => {
        const report = reports.read(cycle);
        return report.ok
          ? ok(report.value)
          : err({ ...missing(`The report of cycle ${cycle}`), message: report.error });
      },
      'market.view': (input) => ok(marketView(engine, input)),
      'feed.latency': ({ feed }) => ok(engine.market.latency(feed)),
      'funding.history': ({ listing, limit }) =>
        engine.market.listing(listing) === undefined
          ? err(missing(`The instrument ${listing}`))
          : ok({ listing, rows: [...engine.market.fundingHistory(listing, limit)] }),
      'certification.latest': () => {
        const report = context.certification();
        return report.ok ? report : err(unreadable(report.error));
      },
      'practice.keys': () => ok([...(context.practice?.keys() ?? [])]),
      'reports.list': ({ limit }) => ok([...recorder.recentReports(limit)]),
    };
    this.#stopRefreshing = every(engine.clock, REFRESH_MS, () => {
      for (const topic of TOPIC_NAMES) this.#tell(topic);
    });
  }

  async query<N extends QueryName>(name: N, input: QueryInput<N>): Promise<Result<QueryOutput<N>, Failure>> {
    return this.#queries[name](input);
  }

  async command<N extends CommandName>(name: N, input: CommandInput<N>): Promise<Result<CommandOutput<N>, Failure>> {
    this.#context.met(secretsIn(name, input));
    const result = await COMMAND_HANDLERS[name](this.#context, input);
    for (const topic of TOPIC_NAMES) this.#tell(topic);
    return result;
  }

  value<N extends ValueTopic>(topic: N): TopicItem<N> {
    return this.#values[topic]();
  }

  rows<N extends RowsTopic>(topic: N): readonly TopicItem<N>[] {
    return this.#rows[topic]();
  }

  onChanged(listener: (topic: TopicName) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  wallMs(): number {
    return this.#context.engine.clock.wallMs();
  }

  stop(): void {
    this.#stopRefreshing();
    this.#listeners.clear();
  }

  #tell(topic: TopicName): void {
    for (const listener of this.#listeners) listener(topic);
  }
}
