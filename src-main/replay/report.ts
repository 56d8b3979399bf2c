import { VENUE_NAMES, venueOf } from '#shared/domain/ids';
import { REJECT_SENTENCES, type RejectReason, rejectReasonSchema } from '#shared/domain/reject';
import { WATERFALL_NAMES } from '#shared/domain/waterfall';
import type { OutageStory, ReplaySummary } from './summary.ts';
import { lengthOf, minuteOf } from './warnings.ts';

/** What `--json` prints: exactly one object of this shape on one line. Money is decimal text, USD; times are ISO. */
export interface ReplayJson {
  readonly period: { readonly from: string; readonly to: string };
  readonly cycles: number;
  readonly candidates: number;
  readonly verdicts: Readonly<Record<string, number>>;
  readonly deals: number;
  readonly fills: number;
  readonly fees: string;
  readonly pnl: string;
  readonly maxDrawdownPct: number;
  readonly decisionsHash: string;
}

export function replayJson(summary: ReplaySummary): ReplayJson {
  return {
    period: { from: new Date(summary.fromMs).toISOString(), to: new Date(summary.toMs).toISOString() },
    cycles: summary.cycles,
    candidates: summary.candidates,
    verdicts: summary.verdicts,
    deals: summary.deals.opened,
    fills: summary.fills.maker + summary.fills.taker,
    fees: summary.feesUsd,
    pnl: summary.pnlUsd,
    maxDrawdownPct: summary.maxDrawdownPct,
    decisionsHash: summary.decisionsHash,
  };
}

const LABEL_WIDTH = 16;
const WIDTH = 118;

const line = (label: string, text: string) => `  ${label.padEnd(LABEL_WIDTH)}${text}`;
const section = (title: string, lines: readonly string[]) => (lines.length === 0 ? [] : ['', title, ...lines]);

const played = ({ bars, barMs, instruments }: ReplaySummary): string =>
  bars === 0
    ? `live books of ${instruments.length} instruments in virtual time`
    : `${bars} bars of ${barMs / 1000} s, ${instruments.length} instruments`;

/** The report for people: plain text, lines of at most 120 characters but for long names. */
export function replayText(summary: ReplaySummary): string {
  const { deals, fills } = summary;
  return [
    `Replay of ${summary.source}`,
    line('period', `${minuteOf(summary.fromMs)} to ${minuteOf(summary.toMs)} UTC`),
    line('played', played(summary)),
    line('cycles', `${summary.cycles}${incomplete(summary.incompleteCycles)}`),
    line('candidates', `${summary.candidates}`),
    line('plans', `${summary.plans}`),
    ...section('Verdicts', verdictLines(summary.verdicts)),
    ...section('Deals', [
      line('opened', `${deals.opened}`),
      line('completed', `${deals.completed}`),
      line('unwound', `${deals.unwound}`),
      line('without a fill', `${deals.noFill}`),
      ...(deals.open === 0 ? [] : [line('still open', `${deals.open}`)]),
      line('fills', `${fills.maker + fills.taker} (${fills.maker} as maker, ${fills.taker} as taker)`),
      ...(deals.opened === 0 ? wrapped(NO_DEAL) : []),
    ]),
    ...section('Expected and realised, USD', costLines(summary)),
    ...section('Result', [
      line('fees', `${summary.feesUsd} USD`),
      line('profit or loss', `${summary.pnlUsd} USD`),
      line('max drawdown', `${summary.maxDrawdownPct} %`),
    ]),
    ...section('Outages', summary.outages.flatMap(outageLines)),
    ...section(
      'What the recording lacks',
      summary.warnings.flatMap((text) => wrapped(text)),
    ),
    ...section(
      'Model',
      [summary.feeSentence, ...summary.modelNotes].flatMap((text) => wrapped(text)),
    ),
    '',
    `decisions ${summary.decisionsHash}`,
    '',
  ].join('\n');
}

const NO_DEAL =
  'No deal at all is a valid result: with these fees no divergence was left worth its costs. A fee file (--fees) shows ' +
  'what another tier would have done.';

const incomplete = (cycles: number) => (cycles === 0 ? '' : `, ${cycles} of them with an incomplete report`);

function verdictLines(verdicts: Readonly<Record<string, number>>): readonly string[] {
  const width = Math.max(0, ...Object.keys(verdicts).map((reason) => reason.length));
  return Object.entries(verdicts).map(
    ([reason, count]) => `  ${String(count).padStart(9)}  ${reason.padEnd(width)}  ${sentenceOf(reason)}`,
  );
}

function sentenceOf(reason: string): string {
  const known = rejectReasonSchema.safeParse(reason);
  return known.success ? REJECT_SENTENCES[known.data satisfies RejectReason] : '';
}

function costLines({ costs, expectedNetUsd, realisedNetUsd, deals }: ReplaySummary): readonly string[] {
  if (deals.opened === 0) return [];
  const row = (name: string, expected: string, realised: string) =>
    `  ${name.padEnd(24)}${expected.padStart(16)}${realised.padStart(16)}`;
  return [
    row('', 'expected', 'realised'),
    ...costs.map(({ part, expectedUsd, realisedUsd }) => row(WATERFALL_NAMES[part], expectedUsd, realisedUsd)),
    row(WATERFALL_NAMES.net, expectedNetUsd, realisedNetUsd),
  ];
}

function outageLines({ feed, lastBarMs, noticedMs, backMs, before, verdicts, fills }: OutageStory): readonly string[] {
  const back = backMs === null ? 'to the end' : `back ${minuteOf(backMs)} (${lengthOf(backMs - noticedMs)} later)`;
  return [
    `  ${VENUE_NAMES[venueOf(feed)]} spot: last bar ${minuteOf(lastBarMs)}, out from ${minuteOf(noticedMs)}, ${back}.`,
    `    Said of its pairs while it was out: ${countsOf(verdicts)}.`,
    `    Said from its first missing bar until then: ${countsOf(before)}.`,
    `    Fills on it without a bar: ${fills}.`,
  ];
}

function countsOf(verdicts: Readonly<Record<string, number>>): string {
  const said = Object.entries(verdicts).map(([reason, count]) => `${reason} ${count}`);
  return said.length === 0 ? 'nothing new' : said.join(', ');
}

/** A sentence as a list item, broken at spaces. */
function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  let current = '  -';
  for (const word of text.split(' ')) {
    if (current.length + 1 + word.length > WIDTH) {
      lines.push(current);
      current = '   ';
    }
    current = `${current} ${word}`;
  }
  return [...lines, current];
}
