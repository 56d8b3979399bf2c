import { Playback, playedProtocol } from '#main/recording/playback';
import { type Survey, survey, timedLines } from '#main/recording/survey';
import type { ReplayProgress } from '#main/replay/candle-tape';
import { type ReplaySummary, ReplayTally } from '#main/replay/summary';
import { BUILT_FEEDS, DEFAULT_BASES, listedScope, protocolOf } from '#main/venues/feeds';
import { VenueFeed } from '#main/venues/kit/feed';
import { type FeedId, VENUES, venueOf } from '#shared/domain/ids';
import { SeededRandom } from '#shared/kernel/random';
import { err, ok, type Result } from '#shared/kernel/result';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { DEFAULT_SETTINGS } from '#shared/settings/settings';
import { replayFigures } from './replay-figures.ts';
import { EXIT, type StartProblem } from './start-problem.ts';
import { runUntil, startVirtualRun } from './virtual-run.ts';

export { holdsFrames } from '#main/recording/survey';

/** Time after the last line in which what was decided then is settled. */
const TAIL_MS = 1_000;
const CATALOGUE_EVERY_MS = 300_000;
/** Lines between two words of progress. */
const PROGRESS_EVERY = 1_000;

const NOTES = [
  'Recorded frames come through the decoders and feeds of a workstation when they came, on a virtual clock; fills are ' +
    'simulated against the recorded books, which do not feel them.',
  'Answers over REST are the recorded ones nearest before; what was not recorded times out. Pongs are not recorded: a ' +
    'socket answers them for as long as it goes on in the recording.',
];

export interface RecordingReplayOptions {
  readonly folder: string;
  readonly seed: number;
  readonly onProgress: (progress: ReplayProgress) => void;
}

/** Plays a recording of frames through the whole engine, as fast as it can. The error is one line. */
export async function replayRecording(options: RecordingReplayOptions): Promise<Result<ReplaySummary, StartProblem>> {
  const read = await survey(options.folder);
  if (!read.ok) return err({ exitCode: EXIT.recordedData, message: read.error });
  const recording = read.value;
  const clock = new VirtualClock(recording.fromMs);
  const playbacks = playbacksOf(recording, clock);
  if (playbacks.size === 0) {
    return err({ exitCode: EXIT.recordedData, message: `${options.folder} holds no feed that this version can read.` });
  }
  const random = new SeededRandom(options.seed).fork('feeds');
  const scope = listedScope(recording.manifest?.bases ?? DEFAULT_BASES);
  const feeds = [...playbacks].map(
    ([feed, transport]) =>
      new VenueFeed(playedProtocol(protocolOf(feed)), {
        transport,
        clock,
        random,
        scope,
        catalogueEveryMs: CATALOGUE_EVERY_MS,
        cache: null,
      }),
  );
  const tally = new ReplayTally(Number.POSITIVE_INFINITY, () => Number.NaN);
  const run = startVirtualRun({
    clock,
    seed: options.seed,
    settings: () => DEFAULT_SETTINGS,
    feeds,
    venues: VENUES.filter((venue) => [...playbacks.keys()].some((feed) => venueOf(feed) === venue)),
    tally,
  });
  await play(recording, playbacks, clock, options.onProgress);
  const listings = run.engine.market.listings();
  const summary = tally.summary({
    ...replayFigures(run),
    folder: {
      path: recording.folder,
      fromMs: recording.fromMs,
      toMs: recording.toMs,
      barMs: 0,
      barCount: 0,
      warnings: [...recording.problems, ...unread(recording, playbacks)],
      instruments: listings.map(({ id }) => ({ listing: id })),
    },
    outages: [],
    feeSentence: 'Fees are each venue’s published entry tier.',
    modelNotes: NOTES,
  });
  await run.stop();
  return ok(summary);
}

function playbacksOf(recording: Survey, clock: VirtualClock): ReadonlyMap<FeedId, Playback> {
  const playbacks = new Map<FeedId, Playback>();
  for (const feed of BUILT_FEEDS) {
    const surveyed = recording.feeds.get(feed);
    if (surveyed !== undefined) playbacks.set(feed, new Playback(protocolOf(feed), surveyed, clock));
  }
  return playbacks;
}

/** Every line at its time; one that is out of order comes at once. */
async function play(
  recording: Survey,
  playbacks: ReadonlyMap<FeedId, Playback>,
  clock: VirtualClock,
  onProgress: RecordingReplayOptions['onProgress'],
): Promise<void> {
  let done = 0;
  for (const path of recording.files) {
    // What is wrong with a file was said when the recording was surveyed.
    for await (const line of timedLines(path, () => undefined)) {
      if (line === null) continue;
      await runUntil(clock, line.at);
      playbacks.get(line.feed)?.deliver(line);
      done += 1;
      if (done % PROGRESS_EVERY === 0) {
        onProgress({ barsDone: done, barsTotal: recording.lines, simulatedMs: clock.wallMs() - recording.fromMs });
      }
    }
  }
  await runUntil(clock, recording.toMs + TAIL_MS);
}

const unread = (recording: Survey, playbacks: ReadonlyMap<FeedId, Playback>): string[] =>
  [...recording.feeds.keys()]
    .filter((feed) => !playbacks.has(feed))
    .map((feed) => `${feed} is in the recording and cannot be read by this version.`);
