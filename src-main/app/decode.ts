import { OrderBook } from '#engine/market/order-book';
import type { MakeBook } from '#main/recording/derived-tracks';
import { type InspectedLine, inspectedText } from '#main/recording/inspected-line';
import { Inspector } from '#main/recording/inspector';
import { openLines } from '#main/recording/reader';
import { protocolOf } from '#main/venues/feeds';
import type { FeedId } from '#shared/domain/ids';
import { SeededRandom } from '#shared/kernel/random';
import { err, ok, type Result } from '#shared/kernel/result';
import { EXIT, type StartProblem } from './start-problem.ts';
import { SystemClock } from './system-clock.ts';

/** The engine's own book, telling what happens to it. */
export const orderBook: MakeBook = (listing, { committed, invalidated }) =>
  new OrderBook(listing, {
    committed,
    invalidated: (_book, cause, ownVerdict) => invalidated(cause, ownVerdict),
  });

export interface DecodeOptions {
  readonly feed: FeedId;
  /** A file, plain or gzip; `-` for standard input. */
  readonly path: string;
  readonly stdin: NodeJS.ReadableStream;
  readonly json: boolean;
  /** Takes finished text; false ends the work: nobody reads on. */
  readonly write: (text: string) => Promise<boolean>;
}

/**
 * Says of every line of a recording what came of it. The value is what was wrong with the file's end, `null` if nothing;
 * bad lines are in the output and no error.
 */
export async function decodeRecording(options: DecodeOptions): Promise<Result<string | null, StartProblem>> {
  const opened = await openLines(options.path, options.stdin);
  if (!opened.ok) return err({ exitCode: EXIT.file, message: opened.error });
  const clock = new SystemClock((error) => {
    throw error;
  });
  const random = new SeededRandom(1).fork('decode');
  const inspector = new Inspector({ protocol: protocolOf(options.feed), makeBook: orderBook, clock, random });
  const print = options.json ? (line: InspectedLine) => JSON.stringify(line) : inspectedText;
  for await (const lines of opened.value.lines()) {
    let text = '';
    for (const line of lines) text += `${print(await inspector.inspect(line))}\n`;
    if (text !== '' && !(await options.write(text))) break;
  }
  return ok(opened.value.problem());
}
