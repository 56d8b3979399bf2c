import { z } from 'zod';
import { type Routing, routingSchema } from '#shared/settings/settings';
import { issueSentence, wholeNumber } from './form-problems.ts';

export interface RoutingForm {
  makerFirst: boolean;
  failover: boolean;
  restingLifetimeS: string;
  amendsPerMinute: string;
}

export const ROUTING_LABELS = {
  makerFirst: 'Maker first',
  failover: 'Failover',
  restingLifetimeS: 'Resting lifetime',
  amendsPerMinute: 'Amends per minute',
} as const;

export const routingToForm = (routing: Routing): RoutingForm => ({
  ...routing,
  amendsPerMinute: String(routing.amendsPerMinute),
});

export const routingFormSchema = z
  .object({
    makerFirst: z.boolean(),
    failover: z.boolean(),
    restingLifetimeS: z.string(),
    amendsPerMinute: z.string(),
  })
  .transform((form, context): Routing => {
    const read = routingSchema.safeParse({ ...form, amendsPerMinute: wholeNumber(form.amendsPerMinute) });
    if (read.success) return read.data;
    for (const issue of read.error.issues) {
      const field = issue.path[0] as keyof RoutingForm;
      context.addIssue({ code: 'custom', path: [field], message: issueSentence(issue, ROUTING_LABELS[field]) });
    }
    return z.NEVER;
  });
