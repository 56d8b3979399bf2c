const MAIN = ['BTC', 'ETH', 'SOL'];

const rank = (base: string) => {
  const index = MAIN.indexOf(base);
  return index < 0 ? MAIN.length : index;
};

/** The main coins first, then by name: an order that never changes while the window is open. */
export const compareBases = (a: string, b: string): number => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
