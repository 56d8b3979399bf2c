import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteJournalStore } from '#main/storage/sqlite-journal-store';
import { SqlitePaperStore } from '#main/storage/sqlite-paper-store';
import { ReportStore } from '#main/telemetry/report-store';
import { type Clock, every } from '#shared/kernel/time';

/** As a workstation merges its write-ahead logs. */
const MERGE_MS = 5_000;

/** What a workstation keeps on disk, in a folder of its own that goes with it. */
export function openStores(clock: Clock) {
  const folder = mkdtempSync(join(tmpdir(), 'crossbook-bench-'));
  const journal = new SqliteJournalStore({ path: join(folder, 'journal.sqlite') });
  const paper = new SqlitePaperStore({ path: join(folder, 'paper.sqlite') });
  const reports = new ReportStore({
    directory: join(folder, 'reports'),
    clock,
    onProblem: (problem) => {
      throw new Error(problem);
    },
  });
  const stopMerging = every(clock, MERGE_MS, () => {
    journal.checkpointWhenIdle();
    paper.checkpointWhenIdle();
  });
  return {
    journal,
    paper,
    reports,
    close: () => {
      stopMerging();
      reports.close();
      paper.close();
      journal.close();
      rmSync(folder, { recursive: true });
    },
  };
}
