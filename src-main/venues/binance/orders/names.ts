/**
 * What orders are called. Both halves of an OCO need names of their own: they are the order's with an ending that its own
 * alphabet lacks.
 */
const ENDINGS = { stop: '_sl', profit: '_tp' } as const;
const HALF = /_(?:sl|tp)$/;

export const stopName = (clientOrderId: string): string => `${clientOrderId}${ENDINGS.stop}`;
export const profitName = (clientOrderId: string): string => `${clientOrderId}${ENDINGS.profit}`;
/** The order that a name belongs to. */
export const orderOf = (name: string): string => name.replace(HALF, '');

/** Order lists and conditional orders are numbered apart from orders. */
export const listId = (orderListId: string): string => `list-${orderListId}`;
export const isListId = (venueOrderId: string | null): boolean => venueOrderId?.startsWith('list-') === true;
export const algoId = (id: string): string => `algo-${id}`;
export const isAlgoId = (venueOrderId: string | null): boolean => venueOrderId?.startsWith('algo-') === true;
/** The venue's own number of a list or a conditional order. */
export const numberOf = (venueOrderId: string): string => venueOrderId.replace(/^(?:list|algo)-/, '');

/** Names that fit spot, both halves of an OCO included. */
export const SPOT_NAMES = { maxLength: 33, pattern: '^[A-Za-z0-9-]{1,33}$' } as const;
export const PERP_NAMES = { maxLength: 36, pattern: '^[.A-Z:/a-z0-9_-]{1,36}$' } as const;
