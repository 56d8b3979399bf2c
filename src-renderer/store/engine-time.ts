import { browserClock } from '../bridge/browser-clock.ts';
import type { Connection } from '../bridge/client.ts';

/** The engine's wall time now, epoch ms; this machine's own until the first pulse told the difference. */
export const engineNowMs = (connection: Connection): number => browserClock.wallMs() + (connection.offsetMs ?? 0);
