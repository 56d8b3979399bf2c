import { z } from 'zod';
import { decimalText } from './wire.ts';

/** CO-1: the parts of the way from gross to net edge, in the order they are shown. All but the first are costs. */
export const WATERFALL_PARTS = [
  'gross',
  'fees',
  'slippage',
  'latency',
  'reliability',
  'conversion',
  'legFailure',
  'funding',
  'inventory',
] as const;
export const waterfallPartSchema = z.enum(WATERFALL_PARTS);
export type WaterfallPart = z.infer<typeof waterfallPartSchema>;

export const WATERFALL_NAMES: Readonly<Record<WaterfallPart | 'net', string>> = {
  gross: 'Gross edge',
  fees: 'Fees',
  slippage: 'Slippage',
  latency: 'Latency risk',
  reliability: 'Reliability',
  conversion: 'Conversion',
  legFailure: 'Failed leg',
  funding: 'Funding',
  inventory: 'Restoring inventory',
  net: 'Net edge',
};

/** CO-2: signed bps of notional (costs negative), each part rounded to 1e-6 bps first, so that they sum exactly to `net`. */
export const waterfallSchema = z.object({
  parts: z.array(z.object({ part: waterfallPartSchema, bps: decimalText, note: z.string() })),
  netBps: decimalText,
});
export type Waterfall = z.infer<typeof waterfallSchema>;
