import { z } from 'zod';
import type { Product } from '#shared/domain/ids';
import type { MaintenanceSource } from '../kit/maintenance.ts';
import { rfc3339Ms } from '../kit/numbers.ts';

const PLACE = 'api.kraken.com/0/public/MaintenanceSchedule';

const time = z
  .string()
  .transform(rfc3339Ms)
  .refine((ms) => !Number.isNaN(ms), 'expected a time in UTC');
const scheduleSchema = z.object({
  error: z.array(z.string()).length(0),
  result: z.object({
    events: z.array(
      z.object({
        event_id: z.int(),
        title: z.string(),
        expected_start_utc: time,
        expected_end_utc: time.nullish(),
        affected_services: z.array(z.string()),
      }),
    ),
  }),
});

const OTHERS: Readonly<Record<Product, string>> = { spot: 'futures_', perp: 'spot_' };
/** FIX is not how we trade. */
const UNUSED: Readonly<Record<Product, string>> = { spot: 'spot_fix', perp: 'futures_fix' };

/**
 * MD-8. https://docs.kraken.com/api-reference/market-data/get-maintenance-schedule: the next seven days of spot and Futures,
 * `affected_services` of `spot_trading`, `spot_ws`, `spot_rest`, `spot_fix`, the same of `futures_`, `all` and `unspecified`.
 * A service that is not evidently another product's is taken for ours. An event that is called off leaves the list; one
 * that begins leaves it too (https://docs.kraken.com/api/docs/rest-api/get-system-status/).
 */
export const krakenMaintenance = (product: Product): MaintenanceSource => ({
  kind: 'polled',
  place: PLACE,
  urls: [`https://${PLACE}`],
  weight: 1,
  forgetsStarted: true,
  read: ([body]) =>
    scheduleSchema.parse(body).result.events.flatMap((event) => {
      const ours = (service: string) => !service.startsWith(OTHERS[product]) && service !== UNUSED[product];
      const { event_id, title, expected_start_utc, expected_end_utc, affected_services } = event;
      if (affected_services.length > 0 && !affected_services.some(ours)) return [];
      const toMs = expected_end_utc ?? null;
      return [{ id: String(event_id), title, fromMs: expected_start_utc, toMs, state: 'announced' } as const];
    }),
});
