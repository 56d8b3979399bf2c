import type { CommandResult } from '../store/results.ts';
import { clockText } from './time.ts';

/** UI-2: `<action>: <result>; reason=<code>; t=<time>`, time in UTC. */
export const statusText = ({ action, result, code, atMs }: CommandResult): string =>
  `${action}: ${result}; reason=${code}; t=${clockText(atMs)}Z`;
