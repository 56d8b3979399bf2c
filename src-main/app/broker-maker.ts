import type { BrokerMaker } from '#main/accounts/ports';
import type { CapabilitiesOf } from '#main/accounts/rows';
import { NO_CAPABILITIES } from '#shared/domain/capabilities';
import { feedName } from '#shared/domain/ids';
import { err } from '#shared/kernel/result';

/** Brokers over the real protocols of the venues, reached the way the feeds are. */
export const brokerMaker = (): BrokerMaker => (feed) => err(`${feedName(feed)} takes no orders in this version.`);

export const capabilitiesOf: CapabilitiesOf = () => NO_CAPABILITIES;
