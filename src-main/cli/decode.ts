import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { FeedId } from '#shared/domain/ids';
import { decodeRecording } from '../app/decode.ts';
import { EXIT } from '../app/start-problem.ts';
import { feedText, parseFlags } from './flags.ts';
import { stdoutWriter } from './output.ts';

interface DecodeFlags {
  readonly feed: FeedId;
  readonly frames: string;
  readonly json: boolean;
}

export const decodeCommand = () =>
  new Command('npm run decode --')
    .description(
      'Take recorded frames through the decoder and the book of a feed, and say line by line what came of it.',
    )
    .addOption(
      new Option('--feed <venue:product>', 'whose frames they are, e.g. kraken:perp')
        .argParser(feedText)
        .makeOptionMandatory(),
    )
    .requiredOption('--frames <file>', 'JSON lines, plain or gzip; - for standard input')
    .option('--json', 'print one JSON object a line', false)
    .allowExcessArguments(false);

/** `decode`: resolves to the exit code; lines that are no good are in the output and no failure. */
export async function decode(args: readonly string[]): Promise<number> {
  const parsed = parseFlags(decodeCommand(), args, (command) => command.opts<DecodeFlags>());
  if (parsed.kind === 'exit') return parsed.exitCode;
  const { feed, frames, json } = parsed.flags;
  const path = frames === '-' ? frames : resolve(frames);
  const read = await decodeRecording({ feed, path, stdin: process.stdin, json, write: stdoutWriter(process.stdout) });
  if (!read.ok) {
    console.error(read.error.message);
    return read.error.exitCode;
  }
  if (read.value !== null) console.error(read.value);
  return EXIT.ok;
}
