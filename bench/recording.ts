import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { SeededRandom } from '#shared/kernel/random';

/** Instruments of the made recording, shaped like a real week: three dollar currencies, two stablecoin books. */
const INSTRUMENTS: readonly { readonly venue: string; readonly instrument: string; readonly par: boolean }[] = [
  { venue: 'binance', instrument: 'BTC-USD', par: false },
  { venue: 'binance', instrument: 'BTC-USDT', par: false },
  { venue: 'bybit', instrument: 'BTC-USDC', par: false },
  { venue: 'coinbase', instrument: 'BTC-USD', par: false },
  { venue: 'coinbase', instrument: 'USDT-USD', par: true },
  { venue: 'kraken', instrument: 'BTC-USD', par: false },
  { venue: 'kraken', instrument: 'BTC-USDT', par: false },
  { venue: 'kraken', instrument: 'USDC-USD', par: true },
  { venue: 'kraken', instrument: 'USDT-USD', par: true },
];
const START_MS = Date.UTC(2026, 0, 5);
const MINUTE_MS = 60_000;
const SEED = 7;
/** Of a minute's price, as a share: what the market moves, and how far venues stand apart. */
const MOVE = 0.0004;
const APART = 0.0003;

/** Writes a made-up recording of `hours` for those who have no real one; hands over its folder, then removes it. */
export async function withRecording<T>(hours: number, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'crossbook-bench-'));
  try {
    writeFileSync(join(folder, 'candles.csv.gz'), gzipSync(rows(hours).join('\n')));
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rows(hours: number): readonly string[] {
  const random = new SeededRandom(SEED);
  const lines = ['ts_ms,venue,product,instrument,bar_s,open,high,low,close,volume'];
  let price = 90_000;
  for (let minute = 0; minute < hours * 60; minute += 1) {
    price *= 1 + MOVE * random.normal();
    for (const { venue, instrument, par } of INSTRUMENTS) {
      const level = par ? 1 : price;
      const reach = (par ? 0.1 : 1) * MOVE * level;
      const open = level * (1 + (par ? 0.1 : 1) * APART * random.normal());
      const close = open + reach * random.normal();
      const high = Math.max(open, close) + reach * random.next();
      const low = Math.min(open, close) - reach * random.next();
      const prices = [open, high, low, close].map((value) => value.toFixed(par ? 5 : 2)).join(',');
      const volume = random.exponential(par ? 50_000 : 3).toFixed(6);
      lines.push(`${START_MS + minute * MINUTE_MS},${venue},spot,${instrument},60,${prices},${volume}`);
    }
  }
  return lines;
}
