import { z } from 'zod';
import { VENUES, type Venue } from '#shared/domain/ids';
import { type VenueStack, venueStackSchema } from '#shared/settings/settings';

export const ROLES = ['anchor', 'derivatives', 'divergence'] as const;
export type Role = (typeof ROLES)[number];

/** The form is flat: a select gives text, and drafts keep one value a field. `''` is “not chosen”. */
export type StackForm = Record<Role, string> & Record<Venue, boolean>;

export function stackToForm(stack: VenueStack): StackForm {
  return {
    anchor: stack.anchor ?? '',
    derivatives: stack.derivatives ?? '',
    divergence: stack.divergence ?? '',
    ...stack.enabled,
  };
}

const roleField = z.string();
const venueField = z.boolean();

export const stackFormSchema = z
  .object({
    anchor: roleField,
    derivatives: roleField,
    divergence: roleField,
    binance: venueField,
    coinbase: venueField,
    bybit: venueField,
    okx: venueField,
    kraken: venueField,
  })
  .transform((form): unknown => ({
    anchor: form.anchor || null,
    derivatives: form.derivatives || null,
    divergence: form.divergence || null,
    enabled: Object.fromEntries(VENUES.map((venue) => [venue, form[venue]])),
  }))
  .pipe(venueStackSchema);
