import { AreaSeries, createChart, type IChartApi, type ISeriesApi, type UTCTimestamp } from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import type { Performance } from '#shared/contract/rows';
import { useDark } from '../../app/theme.ts';
import { applyChartColours } from '../../components/chart-colours.ts';
import { usd } from '../../format/numbers.ts';

type Point = Performance['curve'][number];

interface Drawn {
  chart: IChartApi;
  series: ISeriesApi<'Area'>;
}

/** The curve of equity. Doubles are enough here: the exact figures stand above it. */
export function EquityChart({ curve }: { curve: readonly Point[] }) {
  const host = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn | null>(null);
  const dark = useDark();
  const empty = curve.length < 2;

  useEffect(() => {
    if (host.current === null || empty) return;
    const chart = createChart(host.current, {
      autoSize: true,
      localization: { locale: 'en-US' },
      handleScroll: false,
      handleScale: false,
      timeScale: { timeVisible: true, secondsVisible: true },
    });
    const series = chart.addSeries(AreaSeries, { lineWidth: 2, priceLineVisible: false });
    drawn.current = { chart, series };
    return () => {
      drawn.current = null;
      chart.remove();
    };
  }, [empty]);

  useEffect(() => {
    if (drawn.current === null) return;
    drawn.current.series.setData(seriesOf(curve));
    drawn.current.chart.timeScale().fitContent();
  }, [curve]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read from the page when `dark` changes.
  useEffect(() => {
    if (drawn.current !== null) applyColours(drawn.current);
  }, [dark, empty]);

  if (empty) return <p className="cb-chart cb-muted">The curve is drawn from the second closed deal on.</p>;
  const first = curve[0];
  const last = curve[curve.length - 1];
  return (
    <div
      ref={host}
      className="cb-chart"
      role="img"
      aria-label={`Equity over ${curve.length} closed deals, from ${usd(first?.equityUsd ?? null)} to ${usd(last?.equityUsd ?? null)} USD`}
    />
  );
}

/** One point a second, the last one of it: the chart needs times that rise. */
function seriesOf(curve: readonly Point[]): { time: UTCTimestamp; value: number }[] {
  const bySecond = new Map<number, number>();
  for (const { atMs, equityUsd } of curve) bySecond.set(Math.floor(atMs / 1000), Number(equityUsd));
  return [...bySecond.entries()]
    .sort(([a], [b]) => a - b)
    .map(([time, value]) => ({ time: time as UTCTimestamp, value }));
}

function applyColours({ chart, series }: Drawn): void {
  const bar = applyChartColours(chart);
  series.applyOptions({ lineColor: bar, topColor: `${bar}55`, bottomColor: `${bar}08` });
}
