import {
  CERTIFICATION_HALVES,
  type CertificationReport,
  type CheckResult,
  checksOf,
} from '#shared/domain/certification';
import { FEEDS, type FeedId, PRODUCTS, productOf } from '#shared/domain/ids';

const CHECK_WIDTH = 20;
const CELL_WIDTH = 15;
/** What fits on a terminal: five feeds beside each other. */
const WIDTH = 100;

/**
 * The report for people, at most 100 columns wide: a matrix of checks by feeds, spot and perpetuals apart, then why each
 * that failed or is not supported is so.
 */
export function certificationText(report: CertificationReport): string {
  const feeds = FEEDS.filter((feed) => report.feeds[feed] !== undefined);
  const tables = PRODUCTS.map((product) => feeds.filter((feed) => productOf(feed) === product))
    .filter((group) => group.length > 0)
    .flatMap((group) => [...table(report, group), '']);
  const notes = feeds.flatMap((feed) => notesOf(report, feed));
  return [
    ...tables,
    ...notes,
    ...(notes.length === 0 ? [] : ['']),
    `${report.verdict}: ${feeds.length} feeds, ${report.halves.join(' and ')} half, ${placeText(report)}, ${(report.tookMs / 1000).toFixed(1)} s`,
  ].join('\n');
}

/** A test network is never taken for the venue itself. */
export const placeText = ({ venues, network }: CertificationReport): string =>
  venues === 'testnet' ? `TEST network ${network ?? 'not named'}` : `${venues} venues`;

function table(report: CertificationReport, feeds: readonly FeedId[]): readonly string[] {
  const row = (name: string, cells: readonly string[]) =>
    [name.padEnd(CHECK_WIDTH), ...cells.map((text) => text.padStart(CELL_WIDTH))].join('').trimEnd();
  const halves = CERTIFICATION_HALVES.map((half) => checksOf(half)).filter((checks) =>
    feeds.some((feed) => checks.some((check) => report.feeds[feed]?.[check] !== undefined)),
  );
  return [
    row('', feeds),
    ...halves.flatMap((checks, index) => [
      ...(index === 0
        ? []
        : [
            row(
              '',
              feeds.map(() => ''),
            ),
          ]),
      ...checks.map((check) =>
        row(
          check,
          feeds.map((feed) => cell(report.feeds[feed]?.[check])),
        ),
      ),
    ]),
  ];
}

function notesOf(report: CertificationReport, feed: FeedId): readonly string[] {
  const all = Object.values(report.feeds[feed] ?? {});
  const [first] = all;
  // What the whole feed is for one reason is said once.
  if (first !== undefined && all.length > 1 && all.every((one) => isSame(one, first))) {
    return wrapped(`  ${first.status.padEnd(13)} ${feed}: ${first.detail}`);
  }
  return CERTIFICATION_HALVES.flatMap(checksOf).flatMap((check) => {
    const result = report.feeds[feed]?.[check];
    if (result === undefined || result.status === 'PASS') return [];
    return wrapped(`  ${result.status.padEnd(13)} ${feed} ${check}: ${result.detail}`);
  });
}

const isSame = (a: CheckResult, b: CheckResult): boolean =>
  a.status !== 'PASS' && a.status === b.status && a.detail === b.detail;

/** Broken between words; what is longer than a line stays whole. */
function wrapped(text: string): readonly string[] {
  const indent = ' '.repeat(16);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=\S) /)) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function cell(result: CheckResult | undefined): string {
  if (result === undefined) return '-';
  return result.status === 'NOT SUPPORTED' || result.ms === null
    ? result.status
    : `${result.status} ${msText(result.ms)}`;
}

const msText = (ms: number): string => (ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
