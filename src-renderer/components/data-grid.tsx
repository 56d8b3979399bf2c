import type { ColDef, GridApi, GridReadyEvent } from 'ag-grid-community';
import { AgGridReact } from 'ag-grid-react';
import { type RefObject, useCallback, useEffect, useMemo, useRef } from 'react';
import { useStore } from 'react-redux';
import { csvCell } from '../format/csv.ts';
import { useAppDispatch } from '../store/hooks.ts';
import type { RootState } from '../store/store.ts';
import { ui } from '../store/ui.ts';
import { gridTheme, styleNonce } from './grid-theme.ts';

interface DataGridProps<T> {
  /** Its accessible name, and the key its columns are remembered by. */
  name: string;
  rows: T[];
  columns: ColDef<T>[];
  rowId: (row: T) => string;
  selected: string | null;
  onSelect: (id: string | null) => void;
  /** Said when there are no rows. */
  empty: string;
  api: RefObject<GridApi<T> | null>;
}

const DEFAULT_COLUMN: ColDef = { sortable: true, resizable: true, suppressMovable: false };

/** One virtualised table; a row is chosen by mouse or Space, columns keep their widths and order over reloads (UI-10). */
export function DataGrid<T>({ name, rows, columns, rowId, selected, onSelect, empty, api }: DataGridProps<T>) {
  const dispatch = useAppDispatch();
  const store = useStore<RootState>();
  const selecting = useRef(false);

  const select = useCallback(() => {
    const grid = api.current;
    if (grid === null) return;
    selecting.current = true;
    const node = selected === null ? undefined : grid.getRowNode(selected);
    if (node === undefined) grid.deselectAll();
    else if (!node.isSelected()) node.setSelected(true, true);
    selecting.current = false;
  }, [api, selected]);

  // Rows come and go under a selection that stays; it is the key that is chosen, not the row.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs again when rows change.
  useEffect(select, [select, rows]);

  const onReady = useCallback(
    (event: GridReadyEvent<T>) => {
      api.current = event.api;
      const layout = store.getState().ui.grids[name];
      if (layout !== undefined) event.api.applyColumnState({ state: layout, applyOrder: true });
      select();
    },
    [api, name, select, store],
  );
  const onArranged = useCallback(() => {
    const state = api.current?.getColumnState() ?? [];
    const layout = state.map(({ colId, width, sort, sortIndex }) => ({
      colId,
      width: Math.round(width ?? 100),
      sort: sort ?? null,
      sortIndex: sortIndex ?? null,
    }));
    dispatch(ui.gridArranged({ grid: name, layout }));
  }, [api, dispatch, name]);

  const overlay = useMemo(() => () => <span className="cb-muted">{empty}</span>, [empty]);
  return (
    <div className="cb-grid">
      <AgGridReact<T>
        theme={gridTheme}
        styleNonce={styleNonce}
        rowData={rows}
        columnDefs={columns}
        defaultColDef={DEFAULT_COLUMN}
        getRowId={({ data }) => rowId(data)}
        rowSelection={{ mode: 'singleRow', checkboxes: false, enableClickSelection: true }}
        onSelectionChanged={({ api: grid }) => {
          if (selecting.current) return;
          const [node] = grid.getSelectedNodes();
          if (node !== undefined) onSelect(node.id ?? null);
        }}
        onGridReady={onReady}
        onGridPreDestroyed={() => {
          api.current = null;
        }}
        onColumnResized={({ finished, source }) => {
          if (finished && source === 'uiColumnResized') onArranged();
        }}
        onSortChanged={({ source }) => {
          if (source === 'uiColumnSorted') onArranged();
        }}
        onColumnMoved={({ finished, source }) => {
          if (finished && source === 'uiColumnMoved') onArranged();
        }}
        noRowsOverlayComponent={overlay}
        animateRows={false}
        ensureDomOrder
        suppressDragLeaveHidesColumns
        tooltipShowDelay={600}
        defaultCsvExportParams={{ processCellCallback: ({ value }) => csvCell(value) }}
      />
    </div>
  );
}
