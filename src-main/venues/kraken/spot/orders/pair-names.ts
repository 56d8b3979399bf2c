import type { Listing } from '#shared/domain/listing';

/** Names from before they were agreed on, as REST still writes them. */
const OLD_NAMES: Readonly<Record<string, string>> = { BTC: 'XBT', DOGE: 'XDG' };
const oldName = (currency: string): string => OLD_NAMES[currency] ?? currency;

/** Codes of assets in balances, where they differ from everyone's names. */
const ASSET_CODES: Readonly<Record<string, string>> = {
  XXBT: 'BTC',
  XBT: 'BTC',
  XETH: 'ETH',
  XETC: 'ETC',
  XLTC: 'LTC',
  XXRP: 'XRP',
  XXLM: 'XLM',
  XXMR: 'XMR',
  XZEC: 'ZEC',
  XREP: 'REP',
  XMLN: 'MLN',
  XXDG: 'DOGE',
  XDG: 'DOGE',
  ZUSD: 'USD',
  ZEUR: 'EUR',
  ZGBP: 'GBP',
  ZCAD: 'CAD',
  ZJPY: 'JPY',
  ZAUD: 'AUD',
};

/** `XXBT` is in the wallet `spot`; `XBT.F`, which earns, is in `earn`. */
export function assetOf(code: string): { readonly currency: string; readonly wallet: 'spot' | 'earn' } {
  const dot = code.indexOf('.');
  const plain = dot < 0 ? code : code.slice(0, dot);
  return { currency: ASSET_CODES[plain] ?? plain, wallet: dot < 0 ? 'spot' : 'earn' };
}

/** `XBTUSD`: how orders name a pair. */
export const altname = ({ base, quote }: Pick<Listing, 'base' | 'quote'>): string => oldName(base) + oldName(quote);

/**
 * The listing that REST means by any of a pair's names (`XXBTZUSD`, `XBTUSD`, `XBT/USD`, `BTC/USD`); a name that could
 * mean two is nobody's.
 */
export function byPairName(listings: readonly Listing[]): (name: string) => Listing | undefined {
  const exact = new Map<string, Listing>();
  const coded = new Map<string, Listing | null>();
  for (const listing of listings) {
    const [base, quote] = [oldName(listing.base), oldName(listing.quote)];
    for (const name of [base + quote, `${base}/${quote}`, listing.symbol]) exact.set(name, listing);
    for (const front of [base, `X${base}`, `Z${base}`]) {
      for (const back of [quote, `X${quote}`, `Z${quote}`]) {
        const name = front + back;
        const before = coded.get(name);
        coded.set(name, before === undefined || before === listing ? listing : null);
      }
    }
  }
  return (name) => exact.get(name) ?? coded.get(name) ?? undefined;
}
