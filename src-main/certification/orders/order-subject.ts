import type { VenueAccountBroker } from '#engine/ports';
import type { OrderProtocol } from '#main/venues/orders/adapter';
import type { Credentials } from '#shared/domain/credentials';
import type { OrderIntent, TriggerBy } from '#shared/domain/order';
import type { Subject } from '../subject.ts';

/** Keys the checks look through: the account's own, and what practice venues hand out to be refused. */
export type KeyName = 'own' | 'wrong-secret' | 'read-only' | 'withdrawal';

/** An order as the practice venue itself holds it. */
export interface WitnessedOrder {
  readonly state: string;
  readonly triggerBy: TriggerBy | null;
  readonly executions: number;
}

/** A person who allows each order before it leaves. */
export interface Consent {
  /** Everything that may be sent, what it may cost, and where it goes; false ends it before anything was sent. */
  plan(lines: readonly string[]): Promise<boolean>;
  /** One order, in words. */
  order(text: string): Promise<boolean>;
}

/** One feed of one account, and everything the checks of its orders need. */
export interface OrderSubject extends Subject {
  readonly orders: OrderProtocol;
  readonly entity: string;
  /** `undefined`: there is no such key, as on real venues beside the account's own. */
  readonly credentials: (key: KeyName) => Credentials | undefined;
  /** What the venue holds under a client order id; `null` where nobody but the venue can see it. */
  readonly witness: ((clientOrderId: string) => readonly WitnessedOrder[]) | null;
  /** `null` on practice venues: nothing is at stake. */
  readonly consent: Consent | null;
  /** What every broker is seen through; itself when left out. For showing that a broken one is found out. */
  readonly through?: (broker: VenueAccountBroker) => VenueAccountBroker;
}

/** What differs from order to order. */
export type OrderChanges = Partial<OrderIntent>;
