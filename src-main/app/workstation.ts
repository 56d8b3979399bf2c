import { Engine } from '#engine/engine';
import { StorageError } from '#engine/ports';
import { CatalogueFiles } from '#main/storage/catalogue-cache';
import { CertificationFile, certificationName } from '#main/storage/certification-file';
import { DataDirectory } from '#main/storage/data-directory';
import { SettingsFile } from '#main/storage/settings-file';
import { SqliteFundingStore } from '#main/storage/sqlite-funding-store';
import { SqlitePaperStore } from '#main/storage/sqlite-paper-store';
import { type Keychain, NO_KEYCHAIN } from '#main/storage/vault/keychain';
import { KnownSecrets } from '#main/telemetry/known-secrets';
import { openRollingLog } from '#main/telemetry/log';
import { Notifications } from '#main/telemetry/notifications';
import { ReportStore } from '#main/telemetry/report-store';
import type { ContractService, HealthReport } from '#shared/contract/service';
import { SeededRandom } from '#shared/kernel/random';
import { err, ok, type Result } from '#shared/kernel/result';
import { every } from '#shared/kernel/time';
import { brokerMaker, capabilitiesOf } from './broker-maker.ts';
import { healthReport } from './health-report.ts';
import { onUncaught } from './last-resort.ts';
import { openAccounts } from './open-accounts.ts';
import { openJournal } from './open-journal.ts';
import { PaperView } from './paper-view.ts';
import { Recorder } from './recorder.ts';
import { WorkstationService } from './service.ts';
import { SettingsHolder } from './settings-holder.ts';
import { type BaseChoice, openSources, type WorldChoice } from './sources.ts';
import { EXIT, type StartProblem } from './start-problem.ts';
import { PAPER_ACCOUNT } from './starting-inventory.ts';
import { SystemClock } from './system-clock.ts';
import { type BrokerChoice, tradingAccounts } from './trading-accounts.ts';
import { VERSION } from './version.ts';

export interface WorkstationOptions {
  readonly dataDir: string;
  readonly venues: 'practice' | 'live';
  readonly seed: number;
  readonly world: WorldChoice;
  /** Who fills the orders of paper deals; the simulated broker when left out. */
  readonly broker?: BrokerChoice;
  /** Which coins are read; BTC, ETH and SOL when left out. */
  readonly bases?: BaseChoice;
  /** Where there is a desktop. */
  readonly keychain?: Keychain;
  /** Opens the vault at the start. */
  readonly passphrase?: string | undefined;
}

export interface Workstation {
  readonly service: ContractService;
  health(): HealthReport;
  /** Takes down a defect that was caught outside, like one of the engine's; gives its text as it may be shown (SE-1). */
  report(problem: unknown): string;
  /** Stops feeds and timers, writes what is left and frees the data directory. Open deals stay in the journal. */
  stop(): Promise<void>;
}

/** How often the journals' write-ahead logs are merged while nothing trades … */
const IDLE_CHECK_MS = 5_000;
/** … and after how many rows all the same: a deal may stay open for days, and the log would grow with it. */
const MOST_UNMERGED = 5_000;

/** Builds and starts a workstation on a data directory it alone owns (EX-13). Whatever prevents that is one line. */
export async function createWorkstation(options: WorkstationOptions): Promise<Result<Workstation, StartProblem>> {
  const closers: (() => void | Promise<void>)[] = [];
  const close = async () => {
    for (const closer of closers.reverse()) await closer();
  };
  try {
    const built = await build(options, closers);
    if (!built.ok) await close();
    return built;
  } catch (error) {
    await close();
    if (!(error instanceof StorageError)) throw error;
    return err({ exitCode: exitCodeOf(error), message: error.message });
  }
}

async function build(
  options: WorkstationOptions,
  closers: (() => void | Promise<void>)[],
): Promise<Result<Workstation, StartProblem>> {
  const secrets = new KnownSecrets();
  if (options.passphrase !== undefined) secrets.learn([options.passphrase]);
  const clean = (text: string) => secrets.clean(text);
  let defect: (error: unknown) => void = (error) => console.error(clean(textOf(error)));
  const clock = new SystemClock((error) => defect(error));
  const directory = DataDirectory.open(options.dataDir, clock.wallMs());
  closers.push(() => directory.close());

  const opened = await openRollingLog({
    directory: directory.file('logs'),
    level: 'info',
    clock,
    fileMegabytes: 10,
    keepFiles: 9,
    clean,
  });
  if (!opened.ok) return err({ exitCode: EXIT.dataDirectory, message: opened.error });
  const log = opened.value;
  closers.push(() => log.close());
  const notifications = new Notifications(() => undefined, undefined, clean);
  defect = (error) => {
    const text = textOf(error);
    log.write('error', 'defect', text);
    const condition = `defect:${text.slice(0, 80)}`;
    const shown = `A defect of Crossbook was caught: ${text.split('\n', 1)[0] ?? ''}. The log has the details.`;
    notifications.raise({ kind: 'alarm', condition, text: shown, atMs: clock.wallMs(), lasting: false });
  };

  const startupNotes: string[] = [];
  const journal = openJournal(directory, options.broker ?? 'simulated', startupNotes);
  closers.push(() => journal.close());
  const paper = new SqlitePaperStore({ path: directory.file('paper.sqlite') });
  closers.push(() => paper.close());
  const reports = new ReportStore({
    directory: directory.file('reports'),
    clock,
    onProblem: (message) => log.write('error', 'reports', message),
  });
  closers.push(() => reports.close());
  closers.push(() => clock.stop());

  const certification = {
    venues: new CertificationFile(directory.file(certificationName('live'))),
    testnet: new CertificationFile(directory.file(certificationName('testnet'))),
  };
  const file = new SettingsFile({ path: directory.file('settings.json'), nowMs: () => clock.wallMs() });
  const loaded = file.load();
  if (loaded.problem !== null) {
    const kept = loaded.keptAs === null ? '' : ` Your file was kept as ${loaded.keptAs}.`;
    startupNotes.push(`${loaded.problem} Safe values are in force.${kept}`);
  }

  const funding = openFundingStore(directory.file('funding.sqlite'), startupNotes);
  closers.push(() => funding?.close());

  const cache = new CatalogueFiles(directory.file('catalogues'), (problem) => log.write('warn', 'catalogues', problem));
  closers.push(() => cache.settled());
  const sources = await openSources({ ...options, clock, cache });
  if (!sources.ok) return sources;
  closers.push(() => sources.value.stop());
  startupNotes.push(...sources.value.warnings);
  const holder: { engine?: Engine } = {};
  const settings = new SettingsHolder(loaded.settings, file, () => holder.engine?.settingsChanged());
  const make = brokerMaker({
    transport: sources.value.transport,
    clock,
    random: new SeededRandom(options.seed).fork('accounts'),
    engine: () => holder.engine,
    met: (met) => secrets.learn(met),
  });
  const accounts = await openAccounts({
    directory,
    clock,
    keychain: options.keychain ?? NO_KEYCHAIN,
    passphrase: options.passphrase,
    engine: () => holder.engine,
    make,
    capabilitiesOf,
    notifications,
    problem: (text) => log.write('warn', 'accounts', text),
    notes: startupNotes,
  });
  closers.push(() => accounts.stop());
  for (const note of startupNotes) log.write('warn', 'start', note);

  const recorder = new Recorder({
    clock,
    mode: sources.value.mode,
    notifications,
    log,
    keep: (report) => {
      reports.append(report);
      return reports.problem();
    },
    timed: true,
  });
  const view = new PaperView();
  const trading = tradingAccounts({
    broker: options.broker ?? 'simulated',
    clock,
    seed: options.seed,
    world: sources.value.world,
    venues: sources.value.venues,
    market: view,
    store: paper,
    make,
    settings: () => settings.current(),
    engine: () => holder.engine,
    failed: (error) => recorder.alarm('paper-store', error.message),
    problem: (text) => log.write('warn', 'accounts', text),
  });
  closers.push(() => trading.stop());
  const engine = new Engine({
    clock,
    settings: () => settings.current(),
    feeds: sources.value.feeds,
    brokers: trading.brokers,
    store: journal,
    observer: recorder,
    firstAuto: options.venues === 'practice' ? 'running' : 'stopped',
    allocate: (listings, priceUsd) => trading.allocate(listings, priceUsd),
    terms: (venue) => accounts.terms.of(venue),
    inventory: {
      wanted: () =>
        accounts.terms.wanted(
          trading.brokers.map(({ venue }) => venue),
          PAPER_ACCOUNT,
        ),
      settle: (line, booked, total) => trading.settle(line, booked, total),
    },
    bystander: view,
    ...(funding === undefined ? {} : { fundingStore: funding }),
  });
  holder.engine = engine;
  view.attach(engine.market);
  closers.push(() => engine.stop());

  const service = new WorkstationService({
    engine,
    notifications,
    recorder,
    reports,
    settings,
    practice: sources.value.practice,
    accounts,
    certification: () => {
      const report = certification.venues.load();
      const testnet = certification.testnet.load();
      if (!report.ok) return report;
      return testnet.ok ? ok({ report: report.value, testnet: testnet.value }) : testnet;
    },
    mode: sources.value.mode,
    modeNote: sources.value.note,
    startupNotes,
    startedAtMs: clock.wallMs(),
    version: VERSION,
    met: (met) => secrets.learn(met),
  });
  closers.push(() => service.stop());
  const stopMerging = every(clock, IDLE_CHECK_MS, () => {
    if (engine.portfolio.openDeals().length > 0 && journal.unmerged < MOST_UNMERGED) return;
    try {
      journal.checkpointWhenIdle();
      paper.checkpointWhenIdle();
      funding?.checkpointWhenIdle();
      recorder.alarmCleared('journal-merge');
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      recorder.alarm('journal-merge', error.message);
    }
  });
  closers.push(stopMerging);
  closers.push(
    onUncaught((error) => {
      defect(error);
      engine.engageKill('stop-entries', 'Crossbook itself', 'a defect was caught at the last moment; see the log');
    }),
  );
  log.write('info', 'start', `Crossbook ${VERSION} started`, { venues: options.venues, seed: options.seed });
  engine.start().catch(defect);
  trading.start();
  accounts.start();
  return ok({
    service,
    health: () => healthReport(engine, sources.value.mode, clock),
    report: (problem) => {
      defect(problem);
      return clean(textOf(problem));
    },
    stop: async () => {
      for (const closer of closers.splice(0).reverse()) await closer();
    },
  });
}

/** History is not the journal: a workstation whose file of it cannot be used starts all the same, and says so. */
function openFundingStore(path: string, notes: string[]): SqliteFundingStore | undefined {
  try {
    return new SqliteFundingStore({ path });
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    notes.push(`${error.message} Settled funding is kept in memory only.`);
    return undefined;
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

function exitCodeOf(error: StorageError): number {
  if (error.code === 'locked') return EXIT.secondInstance;
  if (error.code === 'damaged' || error.code === 'version') return EXIT.journal;
  return EXIT.dataDirectory;
}
