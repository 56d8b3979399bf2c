import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ASK, BID } from '#engine/ports';
import { protocolOf } from '#main/venues/feeds';
import { type FeedId, feedId, listingId, productOf, venueOf } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { CcxtWitness } from '#support/ccxt-witness';
import { DecoderBench } from '#support/decoder-bench';
import { perp, spot } from '#support/market-rig';

/** A folder of example frames, `ws/<venue-product>/<channel>-n.json`, one frame a file. */
const ROOT = process.env.EXAMPLE_FRAMES;

interface Example {
  readonly file: string;
  readonly text: string;
  readonly symbol: string;
  /** What the book must have been before; `null` for a frame that is the whole book. */
  readonly before: { readonly frame: string } | { readonly answer: string } | null;
}

interface Reading {
  readonly folder: string;
  readonly books: RegExp;
  readonly symbol: RegExp;
  /** A book far from the market that the change in a frame follows. */
  readonly before: (text: string, symbol: string) => Example['before'];
}

const numberOf = (text: string, name: string): number =>
  Number(new RegExp(`"${name}":(\\d+)`).exec(text.replaceAll(/\s/g, ''))?.[1] ?? Number.NaN);
const LOW = '0.0001';
const HIGH = '9999999';

const binance = (last: (text: string) => number): Reading['before'] => {
  return (text) => ({
    answer: JSON.stringify({ lastUpdateId: last(text), bids: [[LOW, '1']], asks: [[HIGH, '1']] }),
  });
};
/** A change follows what `made` gives; a frame that is the whole book follows nothing. */
const changeAfter =
  (change: RegExp, made: (text: string, symbol: string) => object): Reading['before'] =>
  (text, symbol) =>
    change.test(text) ? { frame: JSON.stringify(made(text, symbol)) } : null;

const READINGS: Readonly<Partial<Record<FeedId, Reading>>> = {
  'binance:spot': {
    folder: 'binance-spot',
    books: /^depthUpdate-/,
    symbol: /"s":\s*"([A-Z]+)"/,
    before: binance((text) => numberOf(text, 'U') - 1),
  },
  'binance:perp': {
    folder: 'binance-usdm',
    books: /^depthUpdate-\d/,
    symbol: /"s":\s*"([A-Z]+)"/,
    before: binance((text) => numberOf(text, 'pu')),
  },
  'bybit:perp': {
    folder: 'bybit-linear',
    books: /^orderbook-/,
    symbol: /"s":\s*"([A-Z]+)"/,
    before: changeAfter(/"type":\s*"delta"/, (text, symbol) => ({
      topic: `orderbook.50.${symbol}`,
      ts: 1_731_035_685_000,
      type: 'snapshot',
      data: { s: symbol, b: [[LOW, '1']], a: [[HIGH, '1']], u: numberOf(text, 'u') - 1, seq: 1 },
      cts: 1_731_035_685_000,
    })),
  },
  'okx:spot': {
    folder: 'okx-spot',
    books: /^books-/,
    symbol: /"instId":\s*"([A-Z-]+)"/,
    before: changeAfter(/"action":\s*"update"/, (text, symbol) => ({
      arg: { channel: 'books', instId: symbol },
      action: 'snapshot',
      data: [
        {
          asks: [[HIGH, '1', '0', '1']],
          bids: [[LOW, '1', '0', '1']],
          ts: '1597026383085',
          checksum: 0,
          seqId: numberOf(text, 'prevSeqId'),
          prevSeqId: -1,
        },
      ],
    })),
  },
  'okx:perp': { folder: 'okx-swap', books: /^books-/, symbol: /"instId":\s*"([A-Z-]+)"/, before: () => null },
  'coinbase:spot': {
    folder: 'coinbase-advanced',
    books: /^l2-data-(?:snapshot|update)-/,
    symbol: /"product_id":\s*"([A-Z-]+)"/,
    before: changeAfter(/"type":\s*"update"/, (text, symbol) => {
      const level = { event_time: '2006-01-02T15:04:04Z', new_quantity: '1' };
      const updates = [
        { side: 'bid', price_level: LOW, ...level },
        { side: 'offer', price_level: HIGH, ...level },
      ];
      return {
        channel: 'l2_data',
        timestamp: '2006-01-02T15:04:04Z',
        sequence_num: numberOf(text, 'sequence_num') - 1,
        events: [{ type: 'snapshot', product_id: symbol, updates }],
      };
    }),
  },
  // A change alone cannot be taken: its checksum is of a book that no example shows.
  'kraken:spot': {
    folder: 'kraken-spot',
    books: /^book-snapshot-/,
    symbol: /"symbol":\s*"([A-Z]+\/[A-Z]+)"/,
    before: () => null,
  },
  'kraken:perp': {
    folder: 'kraken-futures',
    books: /^book-/,
    symbol: /"product_id":\s*"([A-Z_]+)"/,
    before: changeAfter(/"feed":\s*"book"/, (text, symbol) => ({
      feed: 'book_snapshot',
      product_id: symbol,
      timestamp: 1_612_269_825_817,
      seq: numberOf(text, 'seq') - 1,
      tickSize: null,
      bids: [{ price: Number(LOW), qty: 1 }],
      asks: [{ price: Number(HIGH), qty: 1 }],
    })),
  },
};

function examplesOf({ folder, books, symbol, before }: Reading): Example[] {
  const whole = join(ROOT ?? '', folder);
  return readdirSync(whole)
    .filter((file) => books.test(file))
    .map((file) => {
      const text = readFileSync(join(whole, file), 'utf8');
      const name = symbol.exec(text)?.[1] ?? '';
      return { file, text, symbol: name, before: before(text, name) };
    });
}

function listingOf(feed: FeedId, symbol: string): Listing {
  const instrument = protocolOf(feed).instrumentOf(symbol) ?? 'BTC-USD';
  const pair = instrument.replace(/-PERP$/, '');
  const made = productOf(feed) === 'perp' ? perp(venueOf(feed), pair) : spot(venueOf(feed), pair);
  return { ...made, id: listingId(feedId(venueOf(feed), productOf(feed)), made.instrument), symbol };
}

/** What each holds after the example: the best five levels a side. */
function both(feed: FeedId, { text, symbol, before }: Example): { ours: string; theirs: string } {
  const listing = listingOf(feed, symbol);
  const digits = Math.max(...[...text.matchAll(/"price":\s*\d+\.(\d+)/g)].map(([, after = '']) => after.length), 1);
  const bench = new DecoderBench(feed, symbol, listing.instrument, { priceDecimals: digits });
  const witness = new CcxtWitness(feed, [listing]);
  const answer = before !== null && 'answer' in before ? before.answer : null;
  if (answer !== null) witness.await(listing);
  let theirs: string;
  if (before !== null && 'frame' in before) bench.feed(before.frame);
  else if (answer !== null && 'snapshot' in bench.decoder) bench.decoder.snapshot(bench.track, answer, 1, bench);
  bench.feed(text);
  try {
    if (before !== null && 'frame' in before) witness.frame(before.frame);
    if (answer !== null) witness.snapshot(symbol, answer);
    witness.frame(text);
    const book = witness.book(listing);
    const rows = [book?.bids ?? [], book?.asks ?? []];
    theirs = rows.map((side) => side.slice(0, 5).map(([price, size]) => `${price}x${size}`)).join(' | ');
  } catch (error) {
    theirs = `throws ${error instanceof Error ? error.name : String(error)}`;
  }
  const { book } = bench.track;
  const side = (which: typeof BID | typeof ASK) =>
    Array.from(
      { length: Math.min(5, book.depth(which)) },
      (_, at) => `${book.price(which, at)}x${book.size(which, at)}`,
    );
  const problem = bench.faults.length === 0 ? '' : `: ${bench.faults.join(', ')}`;
  return { ours: book.valid ? `${side(BID)} | ${side(ASK)}` : `no book${problem}`, theirs };
}

const CHECKSUM = 'no book: checksum';
const SHAPE = 'no book: bad-shape';

/** Where ours is not theirs: what ours is, and why. */
const EXPLAINED: Readonly<Record<string, readonly [ours: string, why: string]>> = {
  'okx-spot/books-1.json': [
    SHAPE,
    'without an action nobody knows whether it is the book or a change; ccxt ignores it',
  ],
  'okx-spot/books-snapshot-1.json': [
    CHECKSUM,
    'the checksum is of all 400 levels’ best 25, and 8 are shown; ccxt compares none',
  ],
  'okx-spot/books-snapshot-3.json': [SHAPE, 'of 2022, before there was a seqId: changes could not be placed'],
  'okx-spot/books-update-1.json': [CHECKSUM, 'as the snapshot of the same levels'],
  'okx-swap/books-snapshot-1.json': [SHAPE, 'of 2022, before there was a seqId'],
  'kraken-spot/book-snapshot-7.json': [
    CHECKSUM,
    'sizes cut to three digits by hand; ccxt compares a snapshot with none',
  ],
};

describe.skipIf(ROOT === undefined)('ccxt.pro and we make the same book of the examples of the documentation', () => {
  it.each(Object.keys(READINGS) as FeedId[])('%s, but for what is explained', (feed) => {
    const reading = READINGS[feed];
    if (reading === undefined) throw new Error('no reading');
    const examples = examplesOf(reading);
    expect(examples.length).toBeGreaterThan(0);
    const different = examples.flatMap((example) => {
      const { ours, theirs } = both(feed, example);
      return ours === theirs ? [] : [[`${reading.folder}/${example.file}`, ours] as const];
    });
    const explained = Object.entries(EXPLAINED).filter(([file]) => file.startsWith(`${reading.folder}/`));
    expect(Object.fromEntries(different)).toEqual(Object.fromEntries(explained.map(([file, [ours]]) => [file, ours])));
  });
});
