import type { LimitName } from '#shared/settings/limits';

/** Every limit once, in the order a trader looks for them. */
export const LIMIT_GROUPS: readonly { title: string; names: readonly LimitName[] }[] = [
  {
    title: 'Losses and size',
    names: [
      'drawdownPerDayPct',
      'drawdownFromPeakPct',
      'inventoryRevaluationPct',
      'strategyBudgetPct',
      'strategyLossPerDayPct',
      'riskPerTradePct',
      'maxDealNotionalPct',
    ],
  },
  {
    title: 'Budgets and exposure',
    names: [
      'venueBudgetPct',
      'crossVenueExposurePct',
      'carriedCurrencyPct',
      'unhedgedPerDeal',
      'unhedgedPerHour',
      'residuesPct',
    ],
  },
  {
    title: 'Edge and price',
    names: ['minNetEdgeBps', 'maxPlausibleEdgeBps', 'maxSlippageBps', 'priceCollarBps', 'depegGuardBps'],
  },
  {
    title: 'Market data and health',
    names: [
      'maxQuoteAgeMs',
      'maxFeedLagMs',
      'divergenceMinMs',
      'divergenceMaxMs',
      'venueHealthFloor',
      'maintenanceLeadMin',
    ],
  },
  {
    title: 'Pace',
    names: ['maxTradesPerCycle', 'ordersPerMinute', 'turnoverPerDay', 'cooldownArbS', 'ackDeadlineS'],
  },
  {
    title: 'Used once perpetuals and candle strategies trade',
    names: [
      'maxLeverage',
      'carryMaxHours',
      'carryEntryBps',
      'carryExitAprPct',
      'basisDeviationBps',
      'stressMovePct',
      'liquidationFloorPct',
      'stopConfirmS',
      'cooldownCandleMin',
    ],
  },
];
