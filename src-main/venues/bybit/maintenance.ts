import { z } from 'zod';
import type { Product } from '#shared/domain/ids';
import type { MaintenanceSource } from '../kit/maintenance.ts';

const PLACE = 'api.bybit.com/v5/system/status';
/** What we trade and see through: trading, by HTTP, the private stream, market data. 3, trading by WebSocket, is not used. */
const NEEDED: readonly number[] = [1, 2, 4, 5];
const PRODUCTS: Readonly<Record<Product, number>> = { perp: 1, spot: 2 };
const PRODUCTION = 1;

/** Milliseconds; seconds or microseconds are not taken for them. */
const time = z
  .string()
  .regex(/^\d{13}$/)
  .transform(Number);
/** A number here, its digits in the page's table. */
const number = z.union([
  z.int(),
  z
    .string()
    .regex(/^\d{1,4}$/)
    .transform(Number),
]);
const answerSchema = z.object({
  retCode: z.literal(0),
  result: z.object({
    list: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        state: z.enum(['scheduled', 'ongoing', 'completed', 'canceled']),
        begin: time,
        end: z.union([time, z.enum(['', '0']).transform(() => null)]),
        serviceTypes: z.array(number),
        product: z.array(number),
        env: number,
      }),
    ),
  }),
});

/** A list that names nothing leaves nothing out. */
const names = (list: readonly number[], wanted: readonly number[]): boolean =>
  list.length === 0 || list.some((one) => wanted.includes(one));

/**
 * MD-8. https://bybit-exchange.github.io/docs/v5/system-status, the numbers in
 * https://bybit-exchange.github.io/docs/v5/enum#servicetypes. One that is for some accounts only (`uidSuffix`) counts for
 * ours: a feed does not know whose account will trade on it. Interruptions under ten seconds are not announced.
 */
export const bybitMaintenance = (product: Product): MaintenanceSource => ({
  kind: 'polled',
  place: PLACE,
  urls: [`https://${PLACE}`],
  weight: 1,
  read: ([body]) =>
    answerSchema.parse(body).result.list.flatMap(({ id, title, state, begin, end, serviceTypes, product: of, env }) => {
      if (env !== PRODUCTION || !names(of, [PRODUCTS[product]]) || !names(serviceTypes, NEEDED)) return [];
      if (state === 'completed' || state === 'canceled') return [];
      const standing = state === 'scheduled' ? 'announced' : 'under-way';
      return [{ id, title, fromMs: begin, toMs: end, state: standing } as const];
    }),
});
