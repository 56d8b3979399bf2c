import { ColorType, type IChartApi } from 'lightweight-charts';

/** Colours of the page for a chart's ground, axes and grid; returns the colour of its one line. */
export function applyChartColours(chart: IChartApi): string {
  const style = getComputedStyle(document.body);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const line = colour('--line');
  chart.applyOptions({
    layout: {
      background: { type: ColorType.Solid, color: colour('--surface') },
      textColor: colour('--muted'),
      fontFamily: style.fontFamily,
      fontSize: 11,
    },
    grid: { vertLines: { color: line }, horzLines: { color: line } },
    rightPriceScale: { borderColor: line },
    timeScale: { borderColor: line },
  });
  return colour('--bar');
}
