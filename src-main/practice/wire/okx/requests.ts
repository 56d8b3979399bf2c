import type { Message } from '../message.ts';
import { isRecord, stringAt } from '../message.ts';

/** One channel of a request. */
export interface Arg {
  readonly channel: string;
  readonly instId?: string;
  readonly instType?: string;
}

/** The channels asked for; `null` when the list is not one. */
export function readArgs(request: Message): Arg[] | null {
  if (!Array.isArray(request.args) || request.args.length === 0) return null;
  const args: Arg[] = [];
  for (const one of request.args) {
    const channel = isRecord(one) ? stringAt(one, 'channel') : undefined;
    if (!isRecord(one) || channel === undefined) return null;
    const instId = stringAt(one, 'instId');
    const instType = stringAt(one, 'instType');
    args.push({
      channel,
      ...(instId === undefined ? {} : { instId }),
      ...(instType === undefined ? {} : { instType }),
    });
  }
  return args;
}

/** What the venue says of an argument that it does not have. */
export function noSuchChannel(arg: Arg): string {
  const detail = Object.entries(arg)
    .map(([name, value]) => `${name}:${value}`)
    .join(',');
  return `Wrong URL or ${detail} doesn't exist. Please use the correct URL, channel and parameters referring to API document.`;
}

/** What is echoed of a request. */
export function idOf(request: Message | null): { readonly id?: string } {
  const id = request === null ? undefined : stringAt(request, 'id');
  return id === undefined ? {} : { id };
}
