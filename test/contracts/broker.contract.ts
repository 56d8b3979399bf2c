import { afterEach, describe } from 'vitest';
import { describeAccount } from './broker-account.contract.ts';
import { BrokerCase, type BrokerSubject } from './broker-case.ts';
import { describeFaults } from './broker-faults.contract.ts';
import { describeKeys } from './broker-keys.contract.ts';
import { describeOrders } from './broker-orders.contract.ts';

/** One suite for the broker of every feed, over its practice venue, in virtual time. */
export function describeBroker(subject: BrokerSubject): void {
  const on = new BrokerCase(subject);
  describe(`broker contract: ${subject.feed}`, () => {
    afterEach(() => on.close());
    describeOrders(on);
    describeFaults(on);
    describeAccount(on);
    describeKeys(on);
  });
}
