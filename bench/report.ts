import type { BenchReport } from './bench.ts';
import { LEAST_CCXT_TIMES } from './decode.ts';
import type { WindowReport } from './window.ts';

const range = ([low, high]: readonly [number, number]): string => `${low} to ${high}`;

/** The report for a person: a heading and indented lines for each section that was measured. */
export function reportText(report: BenchReport): string {
  const { machine } = report;
  return [
    `${machine.cpu}, ${machine.cpus} cores, ${machine.platform}, Node ${machine.node}`,
    ...section('Decode and book', report.decode, decodeText),
    ...section('Frame to decision', report.frameToDecision, framesText),
    ...section('A change of a book through the engine', report.engineChange, engineText),
    ...section('Ten feeds at full rate', report.firehose, firehoseText),
    ...section('Durable journal append', report.journalAppend, journalText),
    ...section('Replay', report.replay, replayText),
    ...section('Window, everything changing all the time, no engine', report.window, windowText),
    '',
  ].join('\n');
}

function section<T>(title: string, part: T | undefined, text: (part: T) => readonly string[]): readonly string[] {
  return part === undefined ? [] : [title, ...text(part).map((line) => `  ${line}`)];
}

const decodeText = (rows: NonNullable<BenchReport['decode']>): readonly string[] =>
  rows.map(
    ({
      feed,
      ofJsonParse,
      mostOfJsonParse,
      ofJsonParseFromBytes,
      ccxtTimesOurs,
      ccxtMicros,
      ccxtVerifyingTimesOurs,
      heapBytesPerFrame,
      frames,
      medianBytes,
      p99Bytes,
    }) =>
      `${feed.padEnd(14)}${String(ofJsonParse.ratio).padStart(6)} of JSON.parse, ` +
      `${ofJsonParse.ratio <= mostOfJsonParse ? 'within' : 'above'} ${mostOfJsonParse} (rounds ${range(ofJsonParse.spread)}): ` +
      `${ofJsonParse.micros} µs against ${ofJsonParse.baselineMicros} µs, ${ofJsonParseFromBytes} with its text to be made; ` +
      `ccxt.pro ${ccxtTimesOurs} times ours, ${ccxtTimesOurs >= LEAST_CCXT_TIMES ? 'at least' : 'under'} ${LEAST_CCXT_TIMES} ` +
      `(${ccxtMicros} µs)${verifyingText(ccxtVerifyingTimesOurs)}; ${heapBytesPerFrame} bytes of heap a frame; ${frames} frames of ${medianBytes} bytes ` +
      `(p99 ${p99Bytes})`,
  );

const verifyingText = (timesOurs: number | null): string =>
  timesOurs === null ? '' : `, ${timesOurs} times where it verifies the checksum as ours does`;

const framesText = (rows: NonNullable<BenchReport['frameToDecision']>): readonly string[] =>
  rows.map(
    ({ feed, ratio, spread, micros, baselineMicros, medianBytes, p99Bytes, frames }) =>
      `${feed.padEnd(14)}${String(ratio).padStart(6)} times JSON.parse (rounds ${range(spread)}): ${micros} µs against ` +
      `${baselineMicros} µs, ${frames} frames of ${medianBytes} bytes (p99 ${p99Bytes})`,
  );

const engineText = (result: NonNullable<BenchReport['engineChange']>): readonly string[] => [
  `${result.micros} µs a change (CPU ${result.cpuMicros} µs), ${result.listings} listings of ${result.feeds} feeds, ` +
    `${result.changes} changes, ${result.divergences} divergences, ${result.bytesPerChange ?? '-'} bytes a change`,
];

const firehoseText = (result: NonNullable<BenchReport['firehose']>): readonly string[] => [
  `${result.framesPerSecond} frames/s of ${result.medianBytes} bytes (p99 ${result.p99Bytes}), ${result.burstP50} a turn ` +
    `(p99 ${result.burstP99}), ${result.feeds} feeds, ${result.instruments} instruments, ${result.seconds} s`,
  `event loop late by p50 ${result.loopDelayP50Ms}, p99 ${result.loopDelayP99Ms}, max ${result.loopDelayMaxMs} ms; ` +
    `${result.cores} cores, ${result.cpuMicrosPerFrame} µs of CPU a frame; ${result.freshShare} fresh`,
  `${result.divergences} divergences, ${result.deals} deals; heap in use ${result.heapMbAtStart} MB, then ` +
    `${result.heapMbAtEnd} MB; Node with ${result.nodeFlags.join(' ')}`,
  ...memoryText(result.memory),
];

const memoryText = ({
  minutes,
  warmUpMinutes,
  residentMbPerHour,
  heapMbPerHour,
}: NonNullable<BenchReport['firehose']>['memory']): readonly string[] => [
  ...minutes.map(
    ({ minute, residentMb, heapMb, externalMb }) =>
      `minute ${String(minute).padStart(3)}: resident at most ${residentMb} MB, heap at least ${heapMb} MB, outside of it ` +
      `${externalMb} MB`,
  ),
  residentMbPerHour === null
    ? 'too short for a slope'
    : `after ${warmUpMinutes} minutes: resident ${residentMbPerHour} MB an hour, heap ${heapMbPerHour} MB an hour`,
];

const journalText = (rows: NonNullable<BenchReport['journalAppend']>): readonly string[] =>
  rows.map(
    ({ rows: count, ratio, spread, micros, baselineMicros, bytes }) =>
      `${`${count} row${count === 1 ? '' : 's'}`.padEnd(10)}${String(ratio).padStart(6)} times fdatasync (rounds ` +
      `${range(spread)}): ${micros} µs against ${baselineMicros} µs, ${bytes} bytes`,
  );

const replayText = (replay: NonNullable<BenchReport['replay']>): readonly string[] => [
  `${replay.simulatedSecondsPerSecond} simulated seconds per second: ${replay.hours} h, ${replay.bars} bars in ` +
    `${replay.seconds} s (${replay.source})`,
];

function windowText(window: WindowReport): readonly string[] {
  if ('skipped' in window) return [`not measured: ${window.skipped}`];
  return window.map(
    (row) =>
      `${`${row.panel} ${row.widthPx} px`.padEnd(17)} busiest second ${row.messages} messages, ${row.bytes} bytes; commit p50 ` +
      `${row.commitP50Ms}, p95 ${row.commitP95Ms}, max ${row.commitMaxMs} ms; ${row.longTasks} tasks over 50 ms`,
  );
}
