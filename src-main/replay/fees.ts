import { readFile } from 'node:fs/promises';
import { VENUES, type Venue } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { err, ok, type Result } from '#shared/kernel/result';
import { type FeeTier, feeFileSchema } from '#shared/settings/fees';

/** Published spot fees of a new account, and the page they are on. */
interface PublishedTier extends FeeTier {
  readonly page: string;
}

/**
 * The venues' published entry tiers for spot, read in 2026-11. A recording says nothing of the account that would have
 * traded on it, so a replay charges what a new account pays, whatever year the prices are from.
 */
const PUBLISHED_ENTRY_TIERS: Readonly<Record<Venue, PublishedTier>> = {
  binance: { makerBps: '10', takerBps: '10', page: 'https://www.binance.com/en/fee/schedule' },
  coinbase: { makerBps: '60', takerBps: '120', page: 'https://www.coinbase.com/advanced-fees' },
  bybit: { makerBps: '10', takerBps: '10', page: 'https://www.bybit.com/en/help-center/article/Trading-Fee-Structure' },
  okx: { makerBps: '8', takerBps: '10', page: 'https://www.okx.com/fees' },
  kraken: { makerBps: '25', takerBps: '40', page: 'https://www.kraken.com/features/fee-schedule' },
};

/** Fees of one replay and where each comes from. */
export interface FeeSchedule {
  readonly tiers: Readonly<Record<Venue, FeeTier & { readonly source: Listing['feeSource'] }>>;
  /** One sentence for the report. */
  readonly sentence: string;
}

function schedule(tierOf: (venue: Venue) => FeeTier | undefined, sentence: string): FeeSchedule {
  const tiers = {} as Record<Venue, FeeTier & { source: Listing['feeSource'] }>;
  for (const venue of VENUES) {
    const own = tierOf(venue);
    const { makerBps, takerBps } = own ?? PUBLISHED_ENTRY_TIERS[venue];
    tiers[venue] = { makerBps, takerBps, source: own === undefined ? 'published' : 'file' };
  }
  return { tiers, sentence };
}

export const PUBLISHED_FEES: FeeSchedule = schedule(
  () => undefined,
  'Fees are each venue’s published entry tier for spot.',
);

/** Reads `--fees FILE`. Errors: the file cannot be read, is not JSON, or holds something else; each names what. */
export async function readFeeFile(path: string): Promise<Result<FeeSchedule, string>> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return err(`the fee file ${path} is not JSON: ${error.message}`);
    return err(`the fee file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = feeFileSchema.safeParse(content);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path: at, message }) =>
      [at.join('.'), message].filter(Boolean).join(': '),
    );
    return err(
      `the fee file ${path} cannot be used: ${problems.join('; ')}. ` +
        'It looks like {"default": {"makerBps": "0", "takerBps": "2"}, "kraken": {"makerBps": "25", "takerBps": "40"}}.',
    );
  }
  const file = parsed.data;
  const named = VENUES.filter((venue) => file[venue] !== undefined);
  const parts = [
    file.default && `${file.default.makerBps} bps maker and ${file.default.takerBps} bps taker`,
    ...named.map((venue) => `${venue} ${file[venue]?.makerBps} maker and ${file[venue]?.takerBps} taker`),
  ].filter((part) => part !== undefined);
  const rest = file.default === undefined && named.length < VENUES.length ? '; the others as published' : '';
  return ok(schedule((venue) => file[venue] ?? file.default, `Fees are those of a file: ${parts.join(', ')}${rest}.`));
}
