import { generateKeyPairSync } from 'node:crypto';
import type { BrokerState, VenueAccountBroker, VenueAction, VenueFailure } from '#engine/ports';
import type { Account, Holding, KeyFinding, KeyHealth } from '#shared/domain/account';
import { verdictOfKey } from '#shared/domain/account';
import { NO_CAPABILITIES } from '#shared/domain/capabilities';
import type { Credentials, KeyKind } from '#shared/domain/credentials';
import { type FeedId, type Venue, venueOf } from '#shared/domain/ids';
import { err, ok } from '#shared/kernel/result';

export const accountOf = (venue: Venue, changes: Partial<Account> = {}): Account => ({
  id: `${venue}-main`,
  label: `${venue} main`,
  venue,
  mode: 'paper',
  entity: 'global',
  products: ['spot', 'perp'],
  routing: true,
  enabled: true,
  riskPerTradePct: '0.5',
  maxConcurrent: 3,
  inventory: [],
  keys: {},
  ...changes,
});

/** A text that must never be seen again outside the vault. */
export const PLANTED = 'PlantedSecretThatMustNeverBeSeen';

/** Credentials of the right form for a kind of key, with {@link PLANTED} as the secret where it can be. */
export function credentialsOf(kind: KeyKind): Credentials {
  const apiKey = 'PublicPart0123456789';
  switch (kind) {
    case 'coinbase':
      return {
        keyName: 'organizations/01234567-89ab-cdef-0123-456789abcdef/apiKeys/fedcba98-7654-3210-fedc-ba9876543210',
        privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
          type: 'sec1',
          format: 'pem',
        }) as string,
      };
    case 'okx':
      return { apiKey, secret: PLANTED, passphrase: `${PLANTED}-passphrase` };
    case 'kraken':
    case 'kraken-futures':
      return { apiKey, secret: Buffer.from(PLANTED).toString('base64') };
    default:
      return { apiKey, secret: PLANTED };
  }
}

export const soundFindings: readonly KeyFinding[] = [
  { check: 'signature', status: 'pass', cause: 'Accepted.', remedy: '' },
  { check: 'read', status: 'pass', cause: 'It can read.', remedy: '' },
  { check: 'trade', status: 'pass', cause: 'It can trade.', remedy: '' },
  { check: 'withdrawal', status: 'pass', cause: 'It cannot withdraw.', remedy: '' },
];

export const findingsWith = (...changed: readonly KeyFinding[]): readonly KeyFinding[] => [
  ...soundFindings.filter(({ check }) => !changed.some((other) => other.check === check)),
  ...changed,
];

/** A broker that says what its test wants. */
export class FakeBroker implements VenueAccountBroker {
  readonly venue: Venue;
  readonly capabilities = NO_CAPABILITIES;
  readonly feed: FeedId;
  readonly account: string;
  readonly credentials: Credentials;
  findings: readonly KeyFinding[];
  rows: readonly Holding[] = [{ wallet: 'spot', currency: 'BTC', free: '1', locked: '0' }];
  failure: VenueFailure | null = null;
  started = false;
  workingOrders = 0;
  /** Why it takes no entries. */
  closed: string | null = null;
  checks = 0;
  reads = 0;
  stopped = false;
  #state: BrokerState = { kind: 'off', reason: 'Not started.', health: null, stream: 'off', heardAtMs: null };
  readonly #listeners: ((state: BrokerState) => void)[] = [];

  constructor(feed: FeedId, account: string, credentials: Credentials, findings: readonly KeyFinding[]) {
    this.feed = feed;
    this.venue = venueOf(feed);
    this.account = account;
    this.credentials = credentials;
    this.findings = findings;
  }

  async start(): Promise<void> {
    this.started = true;
    const health = await this.checkKey();
    const sound = health.verdict === 'good';
    const bad = health.findings.find(({ status }) => status === 'fail');
    this.turn({
      kind: sound ? 'ready' : 'blocked',
      reason: bad?.cause ?? '',
      health,
      stream: sound ? 'live' : 'off',
      heardAtMs: 1,
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
  }

  turn(state: BrokerState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }

  working = (): number => this.workingOrders;
  closeToEntries = (reason: string | null): void => {
    this.closed = reason;
  };

  state = (): BrokerState => this.#state;
  onState = (listener: (state: BrokerState) => void): void => void this.#listeners.push(listener);
  act: (action: VenueAction) => void = () => undefined;
  onVenueAction = (listener: (action: VenueAction) => void): void => {
    this.act = listener;
  };
  onEvent = (): void => undefined;

  async checkKey(): Promise<KeyHealth> {
    this.checks += 1;
    return { feed: this.feed, verdict: verdictOfKey(this.findings), findings: [...this.findings], atMs: 1 };
  }

  submit = async () => ({ kind: 'in-doubt', message: 'a fake' }) as const;
  cancel = async () => 'in-doubt' as const;
  query = async () => ({ kind: 'unknown', message: 'a fake' }) as const;
  openOrders = async () => ok([]);
  balances = async () => ok([]);
  cancelAll = async () => ok({ cancelled: 0 });
  deadMan = async () => ok(undefined);
  fillsSince = async () => ok([]);
  externalOrders = async () => ok([]);
  positions = async () => ok([]);
  holdings = async () => {
    this.reads += 1;
    return this.failure === null ? ok(this.rows) : err(this.failure);
  };
  fees = async () => ok([]);
  setLeverage = async () => ok(undefined);
}
