import { z } from 'zod';

/** A grid's columns as the user left them, in order. */
export const gridLayoutSchema = z.array(
  z.strictObject({
    colId: z.string().max(40),
    width: z.number().min(20).max(2000),
    sort: z.enum(['asc', 'desc']).nullable(),
    sortIndex: z.int().nullable(),
  }),
);
export type GridLayout = z.infer<typeof gridLayoutSchema>;
