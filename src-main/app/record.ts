import type { MarketFeed } from '#engine/ports';
import { RecordingTransport, SocketNumbers } from '#main/recording/recording-transport';
import { type RecordingTotals, RecordingWriter } from '#main/recording/writer';
import { makeFolder } from '#main/storage/make-folder';
import { createFeed, listedScope } from '#main/venues/feeds';
import type { FeedId } from '#shared/domain/ids';
import { SeededRandom } from '#shared/kernel/random';
import { err, ok, type Result } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import { bookSink } from './book-sink.ts';
import { onUncaught } from './last-resort.ts';
import { EXIT, type StartProblem } from './start-problem.ts';
import { liveAccess, practiceAccess, type VenueAccess } from './venue-access.ts';
import { VERSION } from './version.ts';

export type { RecordingTotals } from '#main/recording/writer';

export interface RecordOptions {
  readonly folder: string;
  readonly venues: 'live' | 'practice';
  readonly seed: number;
  /** All that can be read when `null`. */
  readonly feeds: readonly FeedId[] | null;
  readonly bases: readonly string[];
  readonly clock: Clock;
  /** One line for a person: a feed connected, lost its connection, or could not be reached, and why. */
  readonly say: (line: string) => void;
}

export interface Recording {
  totals(): RecordingTotals;
  /** Resolves with one line when nothing more can be written: the disk is full, for instance. */
  readonly broken: Promise<string>;
  /** Ends the recording; what was received is on the disk afterwards. The error is one line. */
  stop(): Promise<Result<RecordingTotals, string>>;
}

/** Starts the feeds over transports that write down what they receive. The error is one line. */
export async function startRecording(options: RecordOptions): Promise<Result<Recording, StartProblem>> {
  const { folder, venues, seed, bases, clock, say } = options;
  try {
    makeFolder(folder);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return err({ exitCode: EXIT.file, message: `${folder} cannot be recorded to: ${said}.` });
  }
  let broke: (message: string) => void = () => undefined;
  const broken = new Promise<string>((resolve) => {
    broke = resolve;
  });
  const access: VenueAccess = venues === 'live' ? liveAccess() : await practiceAccess(seed, clock, 'synthetic');
  const wanted = options.feeds ?? access.feeds;
  const begun = await RecordingWriter.begin({
    folder,
    clock,
    manifest: {
      recordedBy: `Crossbook ${VERSION}`,
      venues,
      seed: venues === 'practice' ? seed : null,
      feeds: [...wanted],
      bases: [...bases],
    },
    failed: broke,
  });
  if (!begun.ok) {
    await access.stop();
    return err({ exitCode: EXIT.file, message: begun.error });
  }
  const writer = begun.value;
  const numbers = new SocketNumbers();
  const random = new SeededRandom(seed).fork('feeds');
  const scope = listedScope(bases);
  const sink = writer.take.bind(writer);
  const feeds = wanted.map((feed): MarketFeed => {
    const transport = new RecordingTransport({ inner: access.transport, feed, clock, sink, numbers });
    return createFeed(feed, { transport, clock, random, scope });
  });
  for (const feed of feeds) {
    feed.start(
      bookSink(
        {
          connection: (name, state, _epoch, reason) => {
            if (state === 'connected') say(`${name} is connected`);
            else if (state === 'disconnected') say(`${name} is not connected: ${reason}`);
          },
        },
        (listing, cause) => feed.resync?.(listing, cause),
      ),
    );
  }
  // What a feed of ours stumbles over is exactly what is worth having: the recording goes on.
  const unhook = onUncaught((error) => say(`A defect of Crossbook was caught: ${String(error)}`));
  return ok({
    totals: () => writer.totals(),
    broken,
    stop: async () => {
      // First: that we hang up ourselves is no part of the recording.
      const closed = writer.close();
      for (const feed of feeds) await feed.stop();
      await access.stop();
      unhook();
      return closed;
    },
  });
}
