import type { VenueAccountBroker } from '#engine/ports';
import type { KeyHealth } from '#shared/domain/account';
import type { Credentials } from '#shared/domain/credentials';
import type { FeedId } from '#shared/domain/ids';
import type { Result } from '#shared/kernel/result';

/** The account a key is looked at under before it is kept: it trades nothing. */
export const KEY_CHECK = 'check';

/** Makes the broker of one feed; nothing is connected before it is started. */
export type BrokerMaker = (
  feed: FeedId,
  who: { readonly account: string; readonly entity: string; readonly credentials: Credentials },
) => Result<VenueAccountBroker, string>;

/** SE-1: where secrets lie; only what a key needs. */
export interface SecretStore {
  readonly open: boolean;
  secrets(id: string): Credentials | undefined;
  put(id: string, credentials: Credentials): Promise<Result<void, string>>;
  remove(id: string): Promise<Result<void, string>>;
}

/** Looks at a key at its venue (AC-1, AC-2); one finding list per feed. */
export type KeyProbe = (
  feeds: readonly FeedId[],
  entity: string,
  credentials: Credentials,
) => Promise<readonly KeyHealth[]>;
