import { SingleBar } from 'cli-progress';

/** A replay's progress as it is shown while it runs. */
export interface ProgressDisplay {
  /** `done` of `total` of its unit; `simulatedMs` of virtual time so far. */
  show(done: number, total: number, simulatedMs: number): void;
  /** Leaves the line; calling it again does nothing. */
  end(): void;
}

/** Drawn at most this often: the drawing must not be what takes the time. */
const FRAMES_PER_S = 10;
const DAY_MS = 86_400_000;

const SILENT: ProgressDisplay = { show: () => undefined, end: () => undefined };

/** A bar on stderr where that is a terminal; nothing at all elsewhere, so that logs and pipes stay clean. */
export function replayProgress(
  stderr: NodeJS.WritableStream & { readonly isTTY?: boolean },
  unit = 'bars',
): ProgressDisplay {
  if (stderr.isTTY !== true) return SILENT;
  const bar = new SingleBar({
    stream: stderr,
    fps: FRAMES_PER_S,
    clearOnComplete: true,
    hideCursor: true,
    format: `{bar} {percentage} % | {value}/{total} ${unit} | {days} days | {eta_formatted} left`,
  });
  let started = false;
  return {
    show(done, total, simulatedMs) {
      const days = (simulatedMs / DAY_MS).toFixed(2);
      if (started) bar.update(done, { days });
      else bar.start(total, done, { days });
      started = true;
    },
    end() {
      if (started) bar.stop();
      started = false;
    },
  };
}
