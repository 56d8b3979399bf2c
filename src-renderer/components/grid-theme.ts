import {
  CellStyleModule,
  ClientSideRowModelModule,
  ColumnApiModule,
  ColumnAutoSizeModule,
  CsvExportModule,
  EventApiModule,
  ModuleRegistry,
  RenderApiModule,
  RowApiModule,
  RowSelectionModule,
  RowStyleModule,
  ScrollApiModule,
  TooltipModule,
  themeQuartz,
} from 'ag-grid-community';

ModuleRegistry.registerModules([
  CellStyleModule,
  ClientSideRowModelModule,
  ColumnApiModule,
  ColumnAutoSizeModule,
  CsvExportModule,
  EventApiModule,
  RenderApiModule,
  RowApiModule,
  RowSelectionModule,
  RowStyleModule,
  ScrollApiModule,
  TooltipModule,
]);

/** The window's own colours, so that the grids follow light and dark with everything else. */
export const gridTheme = themeQuartz.withParams({
  fontFamily: 'inherit',
  fontSize: 12,
  headerFontSize: 11,
  headerFontWeight: 550,
  rowHeight: 26,
  headerHeight: 28,
  cellHorizontalPadding: 7,
  spacing: 5,
  wrapperBorderRadius: 3,
  borderRadius: 3,
  backgroundColor: 'var(--surface)',
  foregroundColor: 'var(--ink)',
  textColor: 'var(--ink)',
  headerBackgroundColor: 'var(--raised)',
  headerTextColor: 'var(--muted)',
  borderColor: 'var(--line)',
  oddRowBackgroundColor: 'var(--surface)',
  rowHoverColor: 'var(--raised)',
  selectedRowBackgroundColor: 'var(--selected)',
  accentColor: 'var(--accent)',
  browserColorScheme: 'inherit',
});

/** Put into the page by the host, once per response; AG Grid's style elements carry it under the strict CSP. */
export const styleNonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
