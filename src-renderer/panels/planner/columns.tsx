import type { ColDef, ICellRendererParams } from 'ag-grid-community';
import type { Candidate } from '#shared/domain/plan';
import { Mark } from '../../components/mark.tsx';
import { compareDecimals } from '../../format/compare.ts';
import { bps, percentOf, plain, usd } from '../../format/numbers.ts';
import { clockMsText, spanText } from '../../format/time.ts';
import { listingName, verdictSentence, verdictWord } from '../../format/words.ts';

/** A candidate with the name of its row: its key now, or its place in a past cycle's report. */
export interface PlannerRow {
  id: string;
  candidate: Candidate;
}

type Column = ColDef<PlannerRow>;
const right = { cellClass: 'cb-cell-right', headerClass: 'cb-header-right' } as const;

/** Exact text from the contract; sorted as a number, exported as it is. */
const decimalColumn = (
  header: string,
  colId: string,
  width: number,
  read: (candidate: Candidate) => string | null,
  show: (text: string | null) => string,
): Column => ({
  colId,
  headerName: header,
  width,
  ...right,
  valueGetter: ({ data }) => (data === undefined ? null : read(data.candidate)),
  valueFormatter: ({ value }) => show(value ?? null),
  comparator: compareDecimals,
});

const textColumn = (header: string, colId: string, width: number, read: (candidate: Candidate) => string): Column => ({
  colId,
  headerName: header,
  width,
  valueGetter: ({ data }) => (data === undefined ? '' : read(data.candidate)),
});

function VerdictCell({ data }: ICellRendererParams<PlannerRow>) {
  if (data === undefined) return null;
  const { verdict } = data.candidate;
  return <Mark tone={verdict.kind === 'plan' ? 'good' : 'quiet'}>{verdictWord(verdict)}</Mark>;
}

export const PLANNER_COLUMNS: Column[] = [
  {
    colId: 'time',
    headerName: 'Time, UTC',
    width: 100,
    cellClass: 'cb-cell-num',
    valueGetter: ({ data }) => (data === undefined ? null : new Date(data.candidate.atMs).toISOString()),
    valueFormatter: ({ data }) => clockMsText(data?.candidate.atMs ?? null),
  },
  textColumn('Base', 'base', 62, ({ base }) => base),
  textColumn('Buy on', 'buy', 142, ({ buy }) => listingName(buy)),
  textColumn('Sell on', 'sell', 142, ({ sell }) => listingName(sell)),
  decimalColumn('Gross, bps', 'gross', 82, ({ grossBps }) => grossBps, bps),
  decimalColumn('Net, bps', 'net', 82, ({ netBps }) => netBps, bps),
  {
    ...textColumn('Verdict', 'verdict', 165, ({ verdict }) => verdictWord(verdict)),
    cellRenderer: VerdictCell,
  },
  {
    ...textColumn('Reason', 'reason', 330, ({ verdict }) => verdictSentence(verdict)),
    tooltipValueGetter: ({ data }) => (data === undefined ? '' : verdictSentence(data.candidate.verdict)),
  },
  decimalColumn(
    'Size',
    'size',
    92,
    ({ quantity }) => quantity,
    (text) => plain(text),
  ),
  decimalColumn('Notional, USD', 'notional', 104, ({ notionalUsd }) => notionalUsd, usd),
  {
    colId: 'age',
    headerName: 'Lived',
    headerTooltip: 'Age of the divergence when it was judged',
    width: 76,
    ...right,
    valueGetter: ({ data }) => data?.candidate.ageMs ?? null,
    valueFormatter: ({ value }) => spanText(value ?? null),
  },
  {
    colId: 'confidence',
    headerName: 'Confidence',
    width: 92,
    ...right,
    valueGetter: ({ data }) => data?.candidate.confidence ?? null,
    valueFormatter: ({ value }) => percentOf(value ?? null),
  },
  textColumn('Profile', 'profile', 90, ({ profile }) => profile),
  {
    colId: 'cycle',
    headerName: 'Cycle',
    width: 76,
    ...right,
    valueGetter: ({ data }) => data?.candidate.cycle ?? null,
  },
];
