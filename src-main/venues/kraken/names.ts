/** Names that Kraken keeps from before they were agreed on. */
const OLD_NAMES: Readonly<Record<string, string>> = { XBT: 'BTC', XDG: 'DOGE' };

/** A currency as everyone names it. */
export const currencyOf = (name: string): string => OLD_NAMES[name] ?? name;
