import { promisify } from 'node:util';
import { deflateRaw, inflateRawSync } from 'node:zlib';
import type { FeedId } from '#shared/domain/ids';
import { err, ok, type Result } from '#shared/kernel/result';
import { isFeed, type ReadLine, readLine } from './line.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { filesOfLines, openLines } from './reader.ts';

/** One socket of a recording, and when it was there. */
export interface SurveyedSocket {
  /** `null` where the recording does not tell sockets apart. */
  readonly number: number | null;
  url: string | null;
  readonly firstMs: number;
  lastMs: number;
}

/** One answer over REST; its body is kept compressed. */
export interface SurveyedAnswer {
  readonly atMs: number;
  readonly tookMs: number;
  readonly status: number;
  body(): string;
}

export interface FeedSurvey {
  readonly sockets: SurveyedSocket[];
  /** Answers in the order of time, by path with its query. */
  readonly answers: Map<string, SurveyedAnswer[]>;
}

/** What a recording holds, found by reading it once before it is played. */
export interface Survey {
  readonly folder: string;
  readonly files: readonly string[];
  readonly manifest: Manifest | null;
  readonly feeds: ReadonlyMap<FeedId, FeedSurvey>;
  readonly fromMs: number;
  readonly toMs: number;
  readonly lines: number;
  /** What is wrong with it, each in one sentence. */
  readonly problems: readonly string[];
}

export type TimedLine = Extract<ReadLine, { readonly kind: 'frame' | 'rest' | 'closed' }> & {
  readonly at: number;
  readonly feed: FeedId;
};

/** Bodies shorter than this are kept as they are. */
const WORTH_DEFLATING = 2_000;
const deflate = promisify<string, Buffer>(deflateRaw);

/** Whether a folder holds a recording of frames: its manifest, or files of lines. */
export async function holdsFrames(folder: string): Promise<boolean> {
  if (readManifest(folder) !== null) return true;
  const files = await filesOfLines(folder);
  return files.ok && files.value.length > 0;
}

/** Reads a recording once. The error is one line. */
export async function survey(folder: string): Promise<Result<Survey, string>> {
  const files = await filesOfLines(folder);
  if (!files.ok) return files;
  const feeds = new Map<FeedId, FeedSurvey>();
  const problems: string[] = [];
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  let lines = 0;
  let unusable = 0;
  for (const path of files.value) {
    for await (const line of timedLines(path, (problem) => problems.push(problem))) {
      if (line === null) {
        unusable += 1;
        continue;
      }
      lines += 1;
      fromMs = Math.min(fromMs, line.at);
      toMs = Math.max(toMs, line.at);
      const feed = feeds.get(line.feed) ?? { sockets: [], answers: new Map() };
      feeds.set(line.feed, feed);
      if (line.kind === 'frame') noteSocket(feed, line);
      else if (line.kind === 'rest') await noteAnswer(feed, line);
    }
  }
  if (lines === 0) return err(`${folder} holds no recorded frame that can be played.`);
  if (unusable > 0) problems.push(`${unusable} lines are no recorded lines with a time and a feed; they are left out.`);
  return ok({ folder, files: files.value, manifest: readManifest(folder), feeds, fromMs, toMs, lines, problems });
}

/** The lines of one file that can be played, `null` for each that cannot; what was wrong with its end goes to `say`. */
export async function* timedLines(path: string, say: (problem: string) => void): AsyncIterable<TimedLine | null> {
  const opened = await openLines(path, process.stdin);
  if (!opened.ok) {
    say(opened.error);
    return;
  }
  for await (const some of opened.value.lines()) {
    for (const line of some) {
      if (line.kind === 'text' && line.text.trim() === '') continue;
      yield line.kind === 'text' ? timed(readLine(line.text)) : null;
    }
  }
  const problem = opened.value.problem();
  if (problem !== null) say(problem);
}

function timed(line: ReadLine): TimedLine | null {
  if (line.kind === 'bare' || line.kind === 'unusable' || line.at === null || !isFeed(line.feed)) return null;
  return { ...line, at: line.at, feed: line.feed };
}

function noteSocket({ sockets }: FeedSurvey, { at, socket, url }: Extract<TimedLine, { kind: 'frame' }>): void {
  const known = sockets.find(({ number }) => number === socket);
  if (known === undefined) sockets.push({ number: socket, url, firstMs: at, lastMs: at });
  else {
    known.lastMs = Math.max(known.lastMs, at);
    known.url ??= url;
  }
}

async function noteAnswer(
  { answers }: FeedSurvey,
  { at, path, body, status, ms }: Extract<TimedLine, { kind: 'rest' }>,
): Promise<void> {
  const small = body.length < WORTH_DEFLATING ? body : await deflate(body);
  const answer: SurveyedAnswer = {
    atMs: at,
    tookMs: ms,
    status,
    body: () => (typeof small === 'string' ? small : inflateRawSync(small).toString('utf8')),
  };
  const known = answers.get(path);
  if (known === undefined) answers.set(path, [answer]);
  else known.push(answer);
}
