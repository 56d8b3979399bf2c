import type { ColDef, ICellRendererParams } from 'ag-grid-community';
import type { Deal } from '#shared/domain/deal';
import { Mark } from '../../components/mark.tsx';
import { ProfitLoss } from '../../components/profit-loss.tsx';
import { compareDecimals } from '../../format/compare.ts';
import { plain, signed, usd } from '../../format/numbers.ts';
import { clockText, spanText } from '../../format/time.ts';
import { DEAL_STATE_WORDS, dealTone, OUTCOME_WORDS, routeName } from '../../format/words.ts';

const right = { cellClass: 'cb-cell-right', headerClass: 'cb-header-right' } as const;

const timeColumn = (header: string, colId: string, read: (deal: Deal) => number | null): ColDef<Deal> => ({
  colId,
  headerName: header,
  width: 92,
  valueGetter: ({ data }) => {
    const atMs = data === undefined ? null : read(data);
    return atMs === null ? null : new Date(atMs).toISOString();
  },
  valueFormatter: ({ data }) => clockText(data === undefined ? null : read(data)),
});

const moneyColumn = (
  header: string,
  colId: string,
  read: (deal: Deal) => string | null,
  change: ColDef<Deal>,
): ColDef<Deal> => ({
  colId,
  headerName: header,
  width: 104,
  ...right,
  valueGetter: ({ data }) => (data === undefined ? null : read(data)),
  comparator: compareDecimals,
  ...change,
});

function StateCell({ data }: ICellRendererParams<Deal>) {
  return data === undefined ? null : <Mark tone={dealTone(data.state)}>{DEAL_STATE_WORDS[data.state]}</Mark>;
}

function ResultCell({ value }: ICellRendererParams<Deal, string | null>) {
  return <ProfitLoss value={value ?? null} />;
}

export const DEAL_COLUMNS: ColDef<Deal>[] = [
  { colId: 'id', headerName: 'Deal', width: 100, valueGetter: ({ data }) => data?.id ?? '' },
  timeColumn('Opened, UTC', 'opened', ({ openedAtMs }) => openedAtMs),
  { colId: 'base', headerName: 'Base', width: 62, valueGetter: ({ data }) => data?.base ?? '' },
  {
    colId: 'route',
    headerName: 'Bought › sold',
    width: 140,
    valueGetter: ({ data }) => (data === undefined ? '' : routeName(data.plan.legs)),
  },
  {
    colId: 'state',
    headerName: 'State',
    width: 100,
    valueGetter: ({ data }) => (data === undefined ? '' : DEAL_STATE_WORDS[data.state]),
    cellRenderer: StateCell,
  },
  {
    colId: 'outcome',
    headerName: 'Outcome',
    width: 94,
    valueGetter: ({ data }) => (data === undefined ? '' : OUTCOME_WORDS[data.outcome]),
  },
  moneyColumn('Unhedged, USD', 'unhedged', ({ unhedgedUsd }) => unhedgedUsd, {
    valueFormatter: ({ value }) => usd(value ?? null),
  }),
  moneyColumn('Expected, USD', 'expected', ({ expectedNetUsd }) => expectedNetUsd, {
    valueFormatter: ({ value }) => signed(value ?? null, 2),
  }),
  moneyColumn('Realised, USD', 'realised', ({ realisedNetUsd }) => realisedNetUsd, { cellRenderer: ResultCell }),
  moneyColumn('Notional, USD', 'notional', ({ plan }) => plan.notionalUsd, {
    valueFormatter: ({ value }) => usd(value ?? null),
  }),
  moneyColumn('Size', 'size', ({ plan }) => plan.quantity, {
    width: 90,
    valueFormatter: ({ value }) => plain(value ?? null),
  }),
  timeColumn('Closed, UTC', 'closed', ({ closedAtMs }) => closedAtMs),
  {
    colId: 'took',
    headerName: 'Took',
    width: 80,
    ...right,
    valueGetter: ({ data }) =>
      data === undefined || data.closedAtMs === null ? null : data.closedAtMs - data.openedAtMs,
    valueFormatter: ({ value }) => spanText(value ?? null),
  },
  { colId: 'next', headerName: 'Next', width: 320, valueGetter: ({ data }) => data?.next ?? '' },
];
