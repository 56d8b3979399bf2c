import { practiceControl } from '#main/app/practice-control';
import { WorkstationService } from '#main/app/service';
import { SettingsHolder } from '#main/app/settings-holder';
import { ReportStore } from '#main/telemetry/report-store';
import { ok } from '#shared/kernel/result';
import { PracticeRun, SMALL_DEALS, START_MS } from './practice-run.ts';
import { shutDesk } from './shut-desk.ts';

/** A practice run in virtual time as windows see it: the workstation's own service over it, settings in memory. */
export class PracticeService {
  readonly run: PracticeRun;
  readonly service: WorkstationService;
  readonly settings: SettingsHolder;
  readonly #reports: ReportStore;

  /** `directory`: where reports go; `live`: as if the venues were the real ones. */
  constructor(seed: number, directory: string, { live = false }: { readonly live?: boolean } = {}) {
    this.settings = new SettingsHolder(SMALL_DEALS, { save: ok }, () => this.run.engine.settingsChanged());
    this.run = new PracticeRun({ seed, settings: () => this.settings.current() });
    const { engine, notifications, recorder } = this.run.run;
    this.#reports = new ReportStore({ directory, clock: this.run.clock, onProblem: () => undefined });
    this.service = new WorkstationService({
      engine,
      notifications,
      recorder,
      reports: this.#reports,
      settings: this.settings,
      practice: live ? null : practiceControl(this.run.world),
      accounts: shutDesk(this.run.clock),
      certification: () => ok({ report: null, testnet: null }),
      mode: 'PRACTICE',
      modeNote: this.run.world.note,
      startupNotes: [],
      startedAtMs: START_MS,
      version: '0.0.0',
      met: () => undefined,
    });
  }

  /** Puts the reports so far where the service reads them from. */
  keepReports(): void {
    for (const report of this.run.reports.splice(0)) this.#reports.append(report);
  }

  async stop(): Promise<void> {
    this.service.stop();
    this.#reports.close();
    await this.run.stop();
  }
}
