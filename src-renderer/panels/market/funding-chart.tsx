import {
  createChart,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  LineType,
  type UTCTimestamp,
} from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import type { FundingSettlement } from '#shared/domain/funding';
import { useDark } from '../../app/theme.ts';
import { applyChartColours } from '../../components/chart-colours.ts';
import { rateText } from '../../format/funding.ts';

interface Drawn {
  chart: IChartApi;
  series: ISeriesApi<'Line'>;
}

/** Settled rates as steps, % of notional an interval. The table beside it has the exact ones. */
export function FundingChart({ rows }: { rows: readonly FundingSettlement[] }) {
  const host = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn | null>(null);
  const dark = useDark();

  useEffect(() => {
    if (host.current === null) return;
    const chart = createChart(host.current, {
      autoSize: true,
      localization: { locale: 'en-US', priceFormatter: (value: number) => `${value.toFixed(4)} %` },
      handleScroll: false,
      handleScale: false,
      timeScale: { timeVisible: true },
    });
    const series = chart.addSeries(LineSeries, {
      lineType: LineType.WithSteps,
      lineWidth: 2,
      priceLineVisible: false,
    });
    drawn.current = { chart, series };
    return () => {
      drawn.current = null;
      chart.remove();
    };
  }, []);

  useEffect(() => {
    if (drawn.current === null) return;
    drawn.current.series.setData(pointsOf(rows));
    drawn.current.chart.timeScale().fitContent();
  }, [rows]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read from the page when `dark` changes.
  useEffect(() => {
    if (drawn.current !== null) drawn.current.series.applyOptions({ color: applyChartColours(drawn.current.chart) });
  }, [dark]);

  return (
    <div
      ref={host}
      className="cb-funding-chart"
      role="img"
      aria-label={`Settled funding, ${rows.length} intervals, from ${rateText(rows[0]?.rate ?? null)} to ${rateText(rows.at(-1)?.rate ?? null)}`}
    />
  );
}

/** The chart needs times that rise. */
function pointsOf(rows: readonly FundingSettlement[]): { time: UTCTimestamp; value: number }[] {
  const bySecond = new Map<number, number>();
  for (const { settledAtMs, rate } of rows) bySecond.set(Math.floor(settledAtMs / 1000), Number(rate) * 100);
  return [...bySecond].sort(([a], [b]) => a - b).map(([time, value]) => ({ time: time as UTCTimestamp, value }));
}
