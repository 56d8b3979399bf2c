import { replayCandles } from '#main/app/replay';
import { digits } from './measure.ts';
import { withRecording } from './recording.ts';

export interface ReplayResult {
  readonly source: string;
  readonly hours: number;
  readonly bars: number;
  readonly seconds: number;
  readonly simulatedSecondsPerSecond: number;
}

const MADE_HOURS = 6;
const MS_PER_HOUR = 3_600_000;

/** The whole engine over recorded candles: `folder`, or a made-up recording of a few hours. @throws with a sentence. */
export async function benchReplay(folder: string | undefined): Promise<ReplayResult> {
  return folder === undefined ? withRecording(MADE_HOURS, (made) => play(made, 'made up')) : play(folder, folder);
}

async function play(folder: string, source: string): Promise<ReplayResult> {
  const startedMs = performance.now();
  const result = await replayCandles({ folder, seed: 7, fees: null, onProgress: () => undefined });
  const seconds = (performance.now() - startedMs) / 1000;
  if (!result.ok) throw new Error(result.error.message);
  const { fromMs, toMs, bars } = result.value;
  return {
    source,
    hours: (toMs - fromMs) / MS_PER_HOUR,
    bars,
    seconds: digits(seconds),
    simulatedSecondsPerSecond: digits((toMs - fromMs) / 1000 / seconds),
  };
}
