import { InProcessTransport } from '#main/practice/in-process';
import { createPracticeWorld } from '#main/practice/practice';
import { CandleTape, type ReplayProgress, replayStartMs } from '#main/replay/candle-tape';
import { PUBLISHED_FEES, readFeeFile } from '#main/replay/fees';
import { readFolder } from '#main/replay/folder';
import { barAges, MODEL_NOTES } from '#main/replay/model';
import { recordedListings } from '#main/replay/recorded-listings';
import { settingsOnRecording } from '#main/replay/settings';
import { type ReplaySummary, ReplayTally } from '#main/replay/summary';
import { createFeed } from '#main/venues/feeds';
import { VENUES } from '#shared/domain/ids';
import { SeededRandom } from '#shared/kernel/random';
import { err, ok, type Result } from '#shared/kernel/result';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { DEFAULT_SETTINGS } from '#shared/settings/settings';
import { practicedFeeds } from './practiced-feeds.ts';
import { replayFigures } from './replay-figures.ts';
import { EXIT, type StartProblem } from './start-problem.ts';
import { runUntil, startVirtualRun } from './virtual-run.ts';

export interface CandleReplayOptions {
  readonly folder: string;
  readonly seed: number;
  /** A fee file; each venue's published entry tier when left out. */
  readonly fees: string | null;
  readonly onProgress: (progress: ReplayProgress) => void;
}

/** Plays a folder of recorded candles through the whole engine, as fast as it can. The error is one line. */
export async function replayCandles(options: CandleReplayOptions): Promise<Result<ReplaySummary, StartProblem>> {
  const fees = options.fees === null ? ok(PUBLISHED_FEES) : await readFeeFile(options.fees);
  if (!fees.ok) return err({ exitCode: EXIT.usage, message: fees.error });
  const read = await readFolder(options.folder);
  if (!read.ok) return err({ exitCode: EXIT.recordedData, message: read.error });
  const folder = read.value;
  const clock = new VirtualClock(replayStartMs(folder));
  const tape = new CandleTape({
    folder,
    listings: recordedListings(folder, fees.value),
    clock,
    onProgress: options.onProgress,
  });
  const settings = settingsOnRecording(DEFAULT_SETTINGS, folder);
  const tally = new ReplayTally(folder.barMs, (feed) => tape.lastCloseMs(feed));
  const run = startVirtualRun({
    clock,
    seed: options.seed,
    settings: () => settings,
    feeds: tape.feeds,
    venues: VENUES.filter((venue) => settings.venueStack.enabled[venue]),
    tally,
    fills: tape.fills,
    ages: barAges(settings.limits, folder.barMs),
  });
  tape.start();
  // One bar longer than recorded: what was decided at the last close is filled in it or not at all.
  await runUntil(clock, folder.toMs + folder.barMs);
  const summary = tally.summary({
    ...replayFigures(run),
    folder,
    outages: tape.outages(),
    feeSentence: fees.value.sentence,
    modelNotes: MODEL_NOTES,
  });
  tape.stop();
  await run.stop();
  return ok(summary);
}

/** A fixed beginning, so that two runs of a seed differ in nothing. */
const PRACTICE_EPOCH_MS = Date.UTC(2026, 0, 5);
const STEP_MS = 1_000;

export interface PracticeReplayOptions {
  readonly seed: number;
  readonly hours: number;
  readonly onProgress: (progress: ReplayProgress) => void;
}

const PRACTICE_NOTES = [
  'The practice venues speak their own protocols over an in-process transport on a virtual clock; the engine, the ' +
    'feeds and the simulated accounts are the ones of a workstation.',
];

/** Runs the practice venues in virtual time (PP-4): the same seed gives the same decisions, byte for byte. */
export async function replayPractice(options: PracticeReplayOptions): Promise<ReplaySummary> {
  const { seed, hours, onProgress } = options;
  const clock = new VirtualClock(PRACTICE_EPOCH_MS);
  const random = new SeededRandom(seed);
  const world = createPracticeWorld({ seed, clock, world: 'synthetic' });
  const transport = new InProcessTransport({ clock, servers: world.servers, random: random.fork('network') });
  const feeds = practicedFeeds(world).map((feed) =>
    createFeed(feed, { transport, clock, random: random.fork('feeds') }),
  );
  const tally = new ReplayTally(Number.POSITIVE_INFINITY, () => Number.NaN);
  const run = startVirtualRun({ clock, seed, settings: () => DEFAULT_SETTINGS, feeds, venues: VENUES, tally });
  world.start();
  const totalMs = hours * 3_600_000;
  for (let doneMs = 0; doneMs < totalMs; ) {
    doneMs = Math.min(doneMs + STEP_MS, totalMs);
    await runUntil(clock, PRACTICE_EPOCH_MS + doneMs);
    onProgress({
      barsDone: Math.round(doneMs / STEP_MS),
      barsTotal: Math.ceil(totalMs / STEP_MS),
      simulatedMs: doneMs,
    });
  }
  const listings = run.engine.market.listings();
  const summary = tally.summary({
    ...replayFigures(run),
    folder: {
      path: `the practice venues, seed ${seed}`,
      fromMs: PRACTICE_EPOCH_MS,
      toMs: PRACTICE_EPOCH_MS + totalMs,
      barMs: 0,
      barCount: 0,
      warnings: [],
      instruments: listings.map(({ id }) => ({ listing: id })),
    },
    outages: [],
    feeSentence: 'Fees are each venue’s published entry tier.',
    modelNotes: [world.note, ...PRACTICE_NOTES],
  });
  await run.stop();
  world.stop();
  return summary;
}
