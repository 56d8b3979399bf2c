import { useState } from 'react';
import type { Failure } from '#shared/contract/contract';
import type { MarketRow, MarketViewData } from '#shared/contract/rows';
import type { ListingId } from '#shared/domain/ids';
import { usePolled } from '../../components/use-polled.ts';
import { useAppSelector } from '../../store/hooks.ts';

/** Twice a second, while the panel is seen: prices move faster than eyes anyway. */
const EVERY_MS = 500;
export const LADDER_LEVELS = 20;

export interface MarketLook {
  view: MarketViewData | null;
  failure: Failure | null;
  /** The row whose book, terms and funding are shown: the chosen one, else the first. */
  row: MarketRow | null;
}

/** What the engine last said of the chosen coin. */
export function useMarketView(): MarketLook {
  const { base, listing } = useAppSelector((state) => state.ui.market);
  const [first, setFirst] = useState<ListingId | null>(null);
  const ladder = listing ?? first;
  const { data: view, failure } = usePolled('market.view', { base, ladder, levels: LADDER_LEVELS }, EVERY_MS);
  const row = view?.rows.find((one) => one.listing === ladder) ?? view?.rows[0] ?? null;
  // Nothing chosen, or what was chosen left the catalogue: the first row's book is asked for.
  if (row !== null && row.listing !== ladder && row.listing !== first && listing === null) setFirst(row.listing);
  return { view, failure, row };
}
