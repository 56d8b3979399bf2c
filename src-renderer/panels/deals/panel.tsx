import { Button, InputGroup, SegmentedControl } from '@blueprintjs/core';
import type { GridApi } from 'ag-grid-community';
import { useMemo, useRef } from 'react';
import type { Deal } from '#shared/domain/deal';
import { DataGrid } from '../../components/data-grid.tsx';
import { StillReading } from '../../components/still-reading.tsx';
import { count } from '../../format/numbers.ts';
import { useAppDispatch, useAppSelector } from '../../store/hooks.ts';
import { selectDeals } from '../../store/selectors.ts';
import { ui } from '../../store/ui.ts';
import { DEAL_COLUMNS } from './columns.tsx';
import { DealDetail } from './deal-detail.tsx';
import { showsDeal } from './filter.ts';

const SHOW = [
  { value: 'all', label: 'All' },
  { value: 'open', label: 'Open' },
  { value: 'closed', label: 'Closed' },
] as const;

const dealId = ({ id }: Deal) => id;

/** Each deal with everything that was done for it, and what the engine will do next. */
export function DealsPanel() {
  const dispatch = useAppDispatch();
  const deals = useAppSelector(selectDeals);
  const known = useAppSelector((state) => state.deals.known);
  const missing = useAppSelector((state) => state.deals.missing);
  const { filter, selected } = useAppSelector((state) => state.ui.deals);
  const api = useRef<GridApi<Deal>>(null);
  const rows = useMemo(() => deals.filter((deal) => showsDeal(deal, filter)), [deals, filter]);
  const chosen = deals.find(({ id }) => id === selected) ?? null;
  return (
    <>
      <div className="cb-title">
        <h1>Deals</h1>
        <span className="cb-muted">Newest first. A deal stays with its plan, orders and fills.</span>
      </div>
      <search className="cb-filters" aria-label="Filter deals">
        <SegmentedControl
          size="small"
          aria-label="Show deals"
          options={[...SHOW]}
          value={filter.show}
          onValueChange={(value) => {
            const show = SHOW.find((option) => option.value === value)?.value;
            if (show !== undefined) dispatch(ui.dealsFiltered({ show }));
          }}
        />
        <InputGroup
          type="search"
          size="small"
          aria-label="Search deals"
          placeholder="Search deal, venue, state"
          value={filter.text}
          onValueChange={(text) => dispatch(ui.dealsFiltered({ text: text.slice(0, 200) }))}
        />
        <Button
          size="small"
          text="Export CSV"
          disabled={rows.length === 0}
          onClick={() => api.current?.exportDataAsCsv({ fileName: 'crossbook-deals.csv' })}
        />
        <span className="cb-muted cb-num" role="status" aria-label="Deals shown">
          {count(rows.length)} of {count(deals.length)}
        </span>
        <StillReading missing={missing} />
      </search>
      <div className="cb-split">
        <section aria-label="Deals" className="cb-split-main">
          <DataGrid
            name="Deals"
            api={api}
            rows={rows}
            columns={DEAL_COLUMNS}
            rowId={dealId}
            selected={selected}
            onSelect={(id) => dispatch(ui.dealChosen(id))}
            empty={emptyText(known, deals.length)}
          />
        </section>
        <aside className="cb-split-side" aria-label="Deal">
          {chosen === null ? (
            <p className="cb-muted cb-empty">Choose a deal to see its legs, orders and fills.</p>
          ) : (
            <DealDetail deal={chosen} />
          )}
        </aside>
      </div>
    </>
  );
}

function emptyText(known: boolean, total: number): string {
  if (!known) return 'Unknown until the engine answers.';
  return total === 0 ? 'No deal was opened yet.' : 'No deal matches the filter.';
}
