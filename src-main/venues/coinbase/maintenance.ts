import { z } from 'zod';
import type { Announced, MaintenanceSource } from '../kit/maintenance.ts';

const HOST = 'status.exchange.coinbase.com';
const PATH = '/api/v2/scheduled-maintenances';

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const pageSchema = z.object({
  scheduled_maintenances: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      status: z.enum(['scheduled', 'in_progress', 'verifying', 'completed']),
      scheduled_for: time,
      scheduled_until: time.nullish(),
      components: z.array(z.object({ name: z.string() })).nullish(),
    }),
  ),
});

/**
 * Words of components and titles that speak of trading. The page also announces when single coins can be sent or received,
 * which stops nobody from trading; it documents no names of components, so what speaks of none of these is left out.
 */
const OF_TRADING =
  /trad|order|match|engine|market|exchange|advanced|auction|\b(api|rest|fix|websockets?|web socket|system|platform)\b/i;

/**
 * MD-8. The status page of Coinbase Exchange, on whose books Advanced Trade trades; it is another host than the venue's, of
 * Statuspage's common form (https://status.coinbase.com/api): `upcoming` is still scheduled, `active` in progress or being
 * verified. Read in this order, one that begins between the two is in both and not in neither.
 */
export const COINBASE_MAINTENANCE: MaintenanceSource = {
  kind: 'polled',
  place: `${HOST}${PATH}`,
  urls: [`https://${HOST}${PATH}/upcoming.json`, `https://${HOST}${PATH}/active.json`],
  weight: 1,
  read(bodies) {
    const found = new Map<string, Announced>();
    for (const body of bodies) {
      for (const row of pageSchema.parse(body).scheduled_maintenances) {
        const { id, name, status, scheduled_for: fromMs, scheduled_until, components } = row;
        if (status === 'completed' || !ofTrading(name, components ?? [])) continue;
        const state = status === 'scheduled' ? 'announced' : 'under-way';
        found.set(id, { id, title: name, fromMs, toMs: scheduled_until ?? null, state });
      }
    }
    return [...found.values()];
  },
};

const ofTrading = (title: string, components: readonly { readonly name: string }[]): boolean =>
  components.length === 0 || OF_TRADING.test(title) || components.some(({ name }) => OF_TRADING.test(name));
