import type { ExchangeRefusal, PlaceRequest } from '../../../exchange/types.ts';

/** What an order was refused with: the result of one order inside an answer. */
export interface Refused {
  readonly code: string;
  readonly message: string;
}

export const refused = (code: string, message: string): Refused => ({ code, message });

/** The venue's code and words for each reason. https://www.okx.com/docs-v5/en/#error-code-rest-api-public */
export function refusalOf(reason: ExchangeRefusal, request: PlaceRequest): Refused {
  const { spec } = request.market;
  const paid = request.side === 'buy' ? spec.quote : spec.base;
  switch (reason) {
    case 'unknown-market':
      return refused('51001', "Instrument ID, Instrument ID code, or Spread ID doesn't exist.");
    case 'not-trading':
      return refused('51022', 'Contract suspended.');
    case 'post-only-phase':
      return refused(
        '54012',
        'Due to insufficient order book depth, we are now taking measures to protect your positions. Currently, you can only cancel orders, add margin to your positions, and place post-only orders.',
      );
    case 'price-tick':
      return refused('51150', 'The precision of the number of trades or the price exceeds the limit.');
    case 'lot-step':
      return refused('51121', 'Order quantity must be a multiple of the lot size.');
    case 'min-quantity':
    case 'min-notional':
      return refused('51020', 'Your order should meet or exceed the minimum order amount.');
    case 'price-band':
      return refused('51006', 'Order price is not within the price limit.');
    case 'insufficient-balance':
      return refused('51008', `Order failed. Insufficient ${paid} balance in account`);
    case 'insufficient-margin':
      return refused('51008', `Order failed. Insufficient ${spec.settle} margin in account`);
    case 'reduce-only':
      return refused(
        '51169',
        "Order failed because you don't have any positions in this direction for this contract to reduce or close.",
      );
    case 'duplicate-client-id':
      return refused('51016', 'Client order ID already exists.');
    case 'deadline':
      return refused('50037', 'Order expired.');
    case 'too-many-orders':
      return refused('51025', 'Order count exceeds the limit.');
    case 'leverage':
      return refused('59102', 'Leverage exceeds the maximum limit. Please lower the leverage.');
    case 'position-mode':
      return refused('51000', 'Parameter posSide  error');
    case 'would-trigger':
      return wouldTrigger(request);
    // Such orders are taken and end at once: nothing here refuses them.
    case 'would-take':
    case 'would-not-fill':
    case 'self-trade':
      return refused('51000', 'Parameter ordType  error');
  }
}

/** A trigger that is met already. */
function wouldTrigger({ trigger, side }: PlaceRequest): Refused {
  const by = trigger?.by ?? 'last';
  const falls = trigger?.when === 'falls-to';
  const kind = falls === (side === 'sell') ? 'SL' : 'TP';
  const codes = {
    last: { 'TP buy': '51277', 'SL sell': '51280', 'TP sell': '51279', 'SL buy': '51278' },
    mark: { 'TP buy': '51300', 'SL sell': '51304', 'TP sell': '51303', 'SL buy': '51302' },
    index: { 'TP buy': '51305', 'SL sell': '51308', 'TP sell': '51307', 'SL buy': '51306' },
  } as const;
  return refused(
    codes[by][`${kind} ${side}`],
    `${kind} trigger price cannot be ${falls ? 'higher' : 'lower'} than the ${by} price`,
  );
}
