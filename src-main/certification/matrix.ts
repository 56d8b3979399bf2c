import { CERTIFICATION_CHECKS, type CertificationReport, type CheckResult } from '#shared/domain/certification';
import { FEEDS } from '#shared/domain/ids';

const FEED_WIDTH = 15;
const CELL_WIDTH = 15;

/** The report for people: a matrix of every feed and check, then why each that failed or is not supported is so. */
export function certificationText(report: CertificationReport): string {
  const feeds = FEEDS.filter((feed) => report.feeds[feed] !== undefined);
  const matrix = CERTIFICATION_CHECKS.map((check) =>
    [check.padEnd(FEED_WIDTH), ...feeds.map((feed) => cell(report.feeds[feed]?.[check]).padStart(CELL_WIDTH))].join(''),
  );
  const notes = feeds.flatMap((feed) =>
    CERTIFICATION_CHECKS.flatMap((check) => {
      const result = report.feeds[feed]?.[check];
      return result === undefined || result.status === 'PASS'
        ? []
        : [`  ${result.status.padEnd(13)} ${feed} ${check}: ${result.detail}`];
    }),
  );
  return [
    [''.padEnd(FEED_WIDTH), ...feeds.map((feed) => feed.padStart(CELL_WIDTH))].join(''),
    ...matrix,
    '',
    ...notes,
    ...(notes.length === 0 ? [] : ['']),
    `${report.verdict}: ${feeds.length} feeds, ${report.venues} venues, ${(report.tookMs / 1000).toFixed(1)} s`,
  ].join('\n');
}

function cell(result: CheckResult | undefined): string {
  if (result === undefined) return '-';
  return result.status === 'NOT SUPPORTED' || result.ms === null
    ? result.status
    : `${result.status} ${msText(result.ms)}`;
}

const msText = (ms: number): string => (ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
