import { INST_TYPES, type InstType } from '../instruments.ts';
import type { Arg } from '../requests.ts';

/** Which socket carries a channel. `ANY` of instrument types is both products. */
const CHANNELS: Readonly<Record<string, 'private' | 'business'>> = {
  orders: 'private',
  account: 'private',
  positions: 'private',
  'orders-algo': 'business',
};

export type PrivatePath = 'private' | 'business';

export interface Subscription {
  readonly channel: 'orders' | 'account' | 'positions' | 'orders-algo';
  readonly types: readonly InstType[];
  readonly instId: string | null;
}

export interface NoChannel {
  readonly code: string;
  readonly msg: string;
}

/** What an argument subscribes to on a socket, or the venue's refusal. */
export function subscriptionOf(path: PrivatePath, { channel, instType, instId }: Arg): Subscription | NoChannel {
  const carried = CHANNELS[channel];
  const detail = `channel:${channel}${instType === undefined ? '' : `,instType:${instType}`}`;
  if (carried === undefined) {
    return {
      code: '60018',
      msg: `Wrong URL or ${detail} doesn't exist. Please use the correct URL, channel and parameters referring to API document.`,
    };
  }
  if (carried !== path) {
    return carried === 'business'
      ? {
          code: '64001',
          msg: 'This channel has been migrated to the business URL. Please subscribe using the new URL.',
        }
      : {
          code: '64002',
          msg: 'This channel is not supported by business URL. Please use "/private" URL(for private channels), or "/public" URL(for public channels).',
        };
  }
  const name = channel as Subscription['channel'];
  if (name === 'account') return { channel: name, types: INST_TYPES, instId: null };
  const types = instType === 'ANY' ? INST_TYPES : INST_TYPES.filter((type) => type === instType);
  if (types.length === 0) return { code: '60018', msg: `Wrong URL or ${detail} doesn't exist.` };
  return { channel: name, types, instId: instId ?? null };
}
