import type { FeedId } from '#shared/domain/ids';
import type { PlannedMaintenance } from '../maintenance-board.ts';

export const SYSTEM_STATUS = '/v5/system/status';

const PRODUCTS: Readonly<Partial<Record<FeedId, number>>> = { 'bybit:perp': 1, 'bybit:spot': 2 };

/** A row of the system status: https://bybit-exchange.github.io/docs/v5/system-status */
export const maintenanceRow = ({ number, title, feeds, fromMs, toMs, begun }: PlannedMaintenance): object => ({
  id: `4d95b2a0-587f-11f0-bcc9-${String(number).padStart(12, '0')}`,
  title,
  state: begun ? 'ongoing' : 'scheduled',
  begin: String(fromMs),
  end: String(toMs),
  href: '',
  serviceTypes: [1, 2, 3, 4],
  product: feeds.map((feed) => PRODUCTS[feed]),
  uidSuffix: [],
  maintainType: 1,
  env: 1,
});
