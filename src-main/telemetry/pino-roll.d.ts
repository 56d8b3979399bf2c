declare module 'pino-roll' {
  import type { SonicBoom, SonicBoomOpts } from 'sonic-boom';

  interface RollOptions extends Omit<SonicBoomOpts, 'dest' | 'fd'> {
    readonly file: string;
    /** `'8m'`; a bare number counts megabytes. */
    readonly size: string;
    readonly extension: string;
    /** Files kept besides the current one, those of earlier runs included when asked for. */
    readonly limit: { readonly count: number; readonly removeOtherLogFiles: boolean };
  }

  /** Opens `<file>.<number><extension>` and moves to the next number when it is full. Rejects when it cannot open. */
  export default function openRolling(options: RollOptions): Promise<SonicBoom>;
}
