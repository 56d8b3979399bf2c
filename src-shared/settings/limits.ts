import { z } from 'zod';
import { decimal, tryDecimal, wire } from '../money/decimal.ts';

/** One row of the limits table (RK-3): decimals as text, in the unit of the row. */
export interface LimitSpec {
  readonly label: string;
  readonly unit: string;
  readonly default: string;
  readonly min: string;
  readonly max: string;
  /** Whole numbers only (counts). */
  readonly integer?: true;
  /** One sentence a trader reads beside the field. */
  readonly help: string;
}

const row = (label: string, unit: string, byDefault: string, min: string, max: string, help: string): LimitSpec => ({
  label,
  unit,
  default: byDefault,
  min,
  max,
  help,
});
const count = (...args: Parameters<typeof row>): LimitSpec => ({ ...row(...args), integer: true });

/** RK-3: every limit, its default and its hard bounds. The window, IPC and the settings file all read this table. */
export const LIMITS = {
  strategyBudgetPct: row('Strategy budget', '% of equity', '20', '1', '100', 'The most a strategy may have at work.'),
  strategyLossPerDayPct: row(
    'Strategy loss per day',
    '% of its budget',
    '2',
    '0.1',
    '10',
    'A strategy that lost this much today makes no new entries.',
  ),
  drawdownPerDayPct: row('Drawdown per day', '%', '3', '0.5', '15', 'Trading loss of a day at which entries stop.'),
  drawdownFromPeakPct: row('Drawdown from peak', '%', '8', '1', '25', 'Trading loss from the peak that kills trading.'),
  inventoryRevaluationPct: row(
    'Inventory revaluation per day',
    '%',
    '15',
    '1',
    '100',
    'A fall in the value of held coins that stops entries.',
  ),
  riskPerTradePct: row(
    'Risk per trade',
    '% of equity',
    '0.5',
    '0.05',
    '2',
    'Worst planned loss of a deal at its last rescue bound.',
  ),
  maxDealNotionalPct: row('Max deal notional', '% of equity', '5', '0.1', '50', 'The largest single deal.'),
  maxLeverage: row('Max leverage', '×', '3', '1', '10', 'Perpetuals only.'),
  venueBudgetPct: row(
    'Budget per venue',
    '% of equity',
    '25',
    '1',
    '100',
    'The most open deals may hold on one venue.',
  ),
  crossVenueExposurePct: row(
    'Cross-venue exposure',
    '% of equity',
    '30',
    '1',
    '100',
    'The most all open deals may hold together: the global cap.',
  ),
  carriedCurrencyPct: row(
    'Carried currency',
    '% of equity',
    '15',
    '0',
    '50',
    'How far deals may shift holdings from one dollar currency to another without a conversion leg.',
  ),
  unhedgedPerDeal: row(
    'Unhedged exposure per deal',
    '%-of-equity × s',
    '30',
    '2',
    '600',
    'Exposure × time one deal may run without its hedge.',
  ),
  unhedgedPerHour: row(
    'Unhedged exposure per hour',
    '%-of-equity × s',
    '150',
    '10',
    '3000',
    'The same over all deals in an hour; beyond it the breaker opens.',
  ),
  residuesPct: row('Residues', '% of equity', '0.25', '0.01', '2', 'Leftovers below a venue’s smallest order.'),
  carryMaxHours: row('Open hedge carry', 'h', '336', '8', '2160', 'Longest a funding carry may stay open.'),
  carryEntryBps: row('Carry entry', 'net bps', '5', '1', '200', 'Least expected carry over the planned hold.'),
  carryExitAprPct: row('Carry exit', 'APR %', '1', '0', '50', 'A carry that earns less is closed.'),
  basisDeviationBps: row('Basis deviation', 'bps', '15', '1', '200', 'Widest basis movement a carry accepts.'),
  stressMovePct: row('Stress move', '%', '20', '5', '60', 'Price move that liquidation distances must survive.'),
  liquidationFloorPct: row(
    'Liquidation distance floor',
    '%',
    '15',
    '5',
    '50',
    'Below it a perpetual position is reduced.',
  ),
  maxSlippageBps: row('Max slippage on entries', 'bps', '8', '1', '50', 'Entries only; never binds a rescue.'),
  minNetEdgeBps: row('Min net edge', 'bps', '3', '0.5', '100', 'What must be left after all costs.'),
  maxPlausibleEdgeBps: row(
    'Max plausible edge',
    'bps',
    '200',
    '20',
    '2000',
    'Larger is an error until shown otherwise.',
  ),
  priceCollarBps: row('Price collar', 'bps', '100', '10', '500', 'Widest distance of an order from the composite mid.'),
  depegGuardBps: row('Stablecoin depeg guard', 'bps', '50', '10', '500', 'A stablecoin further from par is not used.'),
  maxQuoteAgeMs: row('Max quote age', 'ms', '1500', '100', '10000', 'A venue not heard from for longer is stale.'),
  maxFeedLagMs: row('Max feed lag', 'ms', '1000', '100', '10000', 'Frames that arrive later than this are stale.'),
  divergenceMinMs: row('Divergence age, least', 'ms', '50', '0', '2000', 'Younger may be a flicker.'),
  divergenceMaxMs: row(
    'Divergence age, most',
    'ms',
    '4000',
    '200',
    '60000',
    'Older is more likely an error; binds taking.',
  ),
  venueHealthFloor: row('Venue health floor', '0–1', '0.6', '0.3', '0.95', 'Below it a venue gets no entries.'),
  maintenanceLeadMin: count(
    'Maintenance lead',
    'min',
    '10',
    '0',
    '120',
    'From so long before an announced maintenance until it is over there are no entries.',
  ),
  ackDeadlineS: row(
    'Acknowledgement deadline',
    's',
    '5',
    '1',
    '60',
    'An order unanswered for longer trips the breaker. Accounts tells venues that take no shorter create deadline.',
  ),
  stopConfirmS: row('Stop confirmation deadline', 's', '3', '1', '30', 'A resident stop must be read back within it.'),
  maxTradesPerCycle: count('Max trades per cycle', '', '3', '1', '20', 'New deals in one cycle.'),
  ordersPerMinute: count('Orders per minute per venue', '', '60', '1', '600', 'Beyond it entries wait.'),
  turnoverPerDay: row('Turnover per day', '× equity', '10', '0.1', '200', 'Traded value of a day.'),
  cooldownArbS: row('Cooldown after a failure', 's', '60', '0', '3600', 'Per symbol, after a deal that failed.'),
  cooldownCandleMin: row('Cooldown, candle strategies', 'min', '10', '0', '1440', 'Per symbol.'),
} as const satisfies Readonly<Record<string, LimitSpec>>;

export type LimitName = keyof typeof LIMITS;
export const LIMIT_NAMES = Object.keys(LIMITS) as LimitName[];

/** Why a value was refused, naming the bound (RK-3), or `undefined` when it may stand. */
export function limitProblem(name: LimitName, text: string): string | undefined {
  const spec: LimitSpec = LIMITS[name];
  const value = tryDecimal(text.trim());
  if (value === undefined) return `${spec.label}: “${text}” is not a number.`;
  const shown = `${wire(value)}${spec.unit === '' ? '' : ` ${spec.unit}`}`;
  if (value.lt(decimal(spec.min))) return `${spec.label}: ${shown} is below the hard minimum of ${spec.min}.`;
  if (value.gt(decimal(spec.max))) return `${spec.label}: ${shown} is above the hard maximum of ${spec.max}.`;
  if (spec.integer && !value.eq(value.round(0))) return `${spec.label}: ${shown} is not a whole number.`;
  return undefined;
}

/** One value per limit, in table order. */
function perLimit<V>(make: (name: LimitName) => V): Record<LimitName, V> {
  const rows = {} as Record<LimitName, V>;
  for (const name of LIMIT_NAMES) rows[name] = make(name);
  return rows;
}

const limitShape = perLimit((name) =>
  z
    .string()
    .superRefine((text, context) => {
      const problem = limitProblem(name, text);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    })
    .transform((text) => wire(decimal(text.trim()))),
);

/** The limits in force, canonical decimal text. */
export const limitsSchema = z.strictObject(limitShape).superRefine((limits, context) => {
  if (decimal(limits.divergenceMinMs).gte(decimal(limits.divergenceMaxMs))) {
    context.addIssue({
      code: 'custom',
      path: ['divergenceMinMs'],
      message: 'Divergence age, least: must be below the most.',
    });
  }
});
export type Limits = Readonly<Record<LimitName, string>>;

export const DEFAULT_LIMITS: Limits = perLimit((name) => LIMITS[name].default);
