import type { Result } from '../kernel/result.ts';
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
} from './contract.ts';

/** What a workstation offers its hosts. Inputs are already parsed; outputs are parsed again before they leave. */
export interface ContractService {
  query<N extends QueryName>(name: N, input: QueryInput<N>): Promise<Result<QueryOutput<N>, Failure>>;
  command<N extends CommandName>(name: N, input: CommandInput<N>): Promise<Result<CommandOutput<N>, Failure>>;
  value<N extends ValueTopic>(topic: N): TopicItem<N>;
  /** An unchanged row is the same object as last time, so that a session can skip it without comparing. */
  rows<N extends RowsTopic>(topic: N): readonly TopicItem<N>[];
  /** Says that a topic may have changed; sessions read it at their own pace. */
  onChanged(listener: (topic: TopicName) => void): () => void;
  wallMs(): number;
}

/** `GET /healthz`: no token needed, no secret told. */
export interface HealthReport {
  readonly mode: 'PRACTICE' | 'PAPER' | 'LIVE';
  readonly version: string;
  readonly uptimeS: number;
  readonly engine: string;
  readonly auto: string;
  readonly killed: boolean;
  readonly feeds: readonly {
    readonly feed: string;
    readonly connection: string;
    readonly fresh: number;
    readonly instruments: number;
    readonly lastHeardAgeMs: number | null;
    readonly reason: string | null;
    readonly maintenance: {
      /** In words, soonest first. */
      readonly announced: readonly string[];
      readonly entriesWait: boolean;
      readonly readAgeMs: number | null;
      readonly unreadableForMs: number | null;
      readonly note: string | null;
    };
  }[];
  readonly breakers: readonly { readonly scope: string; readonly state: string; readonly cause: string | null }[];
}
