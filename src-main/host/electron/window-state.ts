import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { type BrowserWindow, type Rectangle, screen } from 'electron';

export const LEAST_SIZE = { width: 900, height: 600 } as const;
const USUAL_SIZE = { width: 1440, height: 900 } as const;

interface WindowState {
  readonly bounds: Rectangle;
  readonly maximised: boolean;
}

/** Where the window was when it was last closed, if that is still on a screen. Not worth a message when it is not known. */
export function restoreState(file: string): { options: Partial<Rectangle>; maximised: boolean } {
  const state = readState(file);
  if (state === null || !isVisible(state.bounds)) return { options: USUAL_SIZE, maximised: false };
  return { options: state.bounds, maximised: state.maximised };
}

/** Remembers the window's place when it closes. */
export function keepState(window: BrowserWindow, file: string): void {
  window.on('close', () => {
    const state: WindowState = { bounds: window.getNormalBounds(), maximised: window.isMaximized() };
    try {
      writeFileSync(`${file}.new`, JSON.stringify(state));
      renameSync(`${file}.new`, file);
    } catch {
      // A full or read-only disk is told where it matters; a forgotten window place is not that.
    }
  });
}

function readState(file: string): WindowState | null {
  try {
    const raw: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof raw !== 'object' || raw === null || !('bounds' in raw) || !isRectangle(raw.bounds)) return null;
    return { bounds: raw.bounds, maximised: 'maximised' in raw && raw.maximised === true };
  } catch {
    return null;
  }
}

function isRectangle(raw: unknown): raw is Rectangle {
  if (typeof raw !== 'object' || raw === null) return false;
  const whole = (value: unknown) => Number.isInteger(value) && Math.abs(Number(value)) < 100_000;
  return (
    'x' in raw &&
    whole(raw.x) &&
    'y' in raw &&
    whole(raw.y) &&
    'width' in raw &&
    whole(raw.width) &&
    Number(raw.width) >= LEAST_SIZE.width &&
    'height' in raw &&
    whole(raw.height) &&
    Number(raw.height) >= LEAST_SIZE.height
  );
}

/** The title bar must be within reach: screens come and go. */
function isVisible(bounds: Rectangle): boolean {
  return screen.getAllDisplays().some(({ workArea }) => {
    const inWidth = bounds.x + bounds.width - 100 > workArea.x && bounds.x + 100 < workArea.x + workArea.width;
    return inWidth && bounds.y >= workArea.y && bounds.y + 50 < workArea.y + workArea.height;
  });
}
