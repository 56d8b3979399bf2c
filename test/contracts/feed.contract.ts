import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ASK, BID } from '#engine/ports';
import { listedScope, protocolOf } from '#main/venues/feeds';
import { type ListingId, productOf, venueOf } from '#shared/domain/ids';
import { decimal } from '#shared/money/decimal';
import { FeedHarness, type Listener } from '#support/feed-harness';
import { FeedCase, type FeedSubject } from './feed-case.ts';
import { faultContract } from './feed-faults.contract.ts';
import { fundingContract } from './feed-funding.contract.ts';
import { maintenanceContract } from './feed-maintenance.contract.ts';

const SEED = 7;
const SKEWED_MS = 2_500;

export type { FeedSubject } from './feed-case.ts';

/** One set of tests for every feed (MD-1..4, MD-6, MD-8, VH-1), over the practice venue in virtual time. */
export function feedContract(subject: FeedSubject): void {
  const { feed } = subject;
  const venue = venueOf(feed);
  const product = productOf(feed);
  const sockets = protocolOf(feed).sockets.length;
  const wanted = subject.listings.map((instrument) => `${feed}|${instrument}`).sort();

  describe(`${feed} feed, seed ${SEED}`, () => {
    let harness: FeedHarness;
    let feedCase: FeedCase;
    beforeEach(() => {
      harness = new FeedHarness(SEED, { feeds: [feed] });
      feedCase = new FeedCase(feed, harness);
    });
    afterEach(() => harness.close());

    const owned = (listener: Listener) => feedCase.owned(listener);
    const allValid = (listener: Listener) => feedCase.allValid(listener);
    const live = (...args: Parameters<FeedCase['live']>) => feedCase.live(...args);
    const equalsFresh = (listener: Listener) => feedCase.equalsFresh(listener);

    it('[ID-2] maps the venue’s catalogue to listings with steps, minimums, fees and status', async () => {
      const { sink } = await live();
      expect([...sink.listings.keys()].sort()).toEqual(wanted);
      for (const listing of sink.listings.values()) {
        expect(decimal(listing.priceTick).gt(decimal('0'))).toBe(true);
        expect(decimal(listing.lotStep).gt(decimal('0'))).toBe(true);
        expect(decimal(listing.minQuantity).gte(decimal(listing.lotStep))).toBe(true);
        expect(decimal(listing.takerFeeBps).gte(decimal(listing.makerFeeBps))).toBe(true);
        expect(listing).toMatchObject({ venue, product, status: 'normal', feeSource: 'published' });
        expect(listing.instrument).toBe(`${listing.base}-${listing.quote}${product === 'perp' ? '-PERP' : ''}`);
        expect(listing.funding === null).toBe(product === 'spot');
      }
      expect(sink.faults).toEqual([]);
    });

    it('[MD-1] has every book valid, two-sided and uncrossed, at least 20 levels a side, within 5 s', async () => {
      const listener = harness.listen(feed);
      const tookMs = await harness.until(() => allValid(listener), 8_000, 'every book valid');
      expect(tookMs).toBeLessThan(5_000);
      for (const book of listener.sink.valid()) {
        expect(Math.min(book.depth(BID), book.depth(ASK))).toBeGreaterThanOrEqual(20);
        expect(book.price(BID, 0)).toBeLessThan(book.price(ASK, 0));
      }
    });

    it('[MD-3] ends, after 20 s of deltas and deletes, in the books a fresh snapshot gives', async () => {
      const listener = await live();
      await harness.run(20_000);
      expect(listener.sink.commits).toBeGreaterThan(300);
      await equalsFresh(listener);
      expect(listener.sink.faults).toEqual([]);
      expect(listener.sink.invalidations).toEqual([]);
    });

    it('passes each trade on once, with a plausible price and the venue’s time', async () => {
      const listener = await live();
      await harness.run(20_000);
      const { trades } = listener.sink;
      expect(trades.length).toBeGreaterThan(30);
      expect(new Set(trades.map(({ takerSide }) => takerSide))).toEqual(new Set(['buy', 'sell']));
      for (const trade of trades) {
        const book = listener.sink.book(trade.listing);
        expect(Math.abs(trade.price / book.price(BID, 0) - 1)).toBeLessThan(0.02);
        expect(trade.size).toBeGreaterThan(0);
        expect(Math.abs(trade.venueTimeMs - harness.clock.wallMs())).toBeLessThan(30_000);
      }
    });

    it('takes buys from the ask and sells from the bid', async () => {
      const listener = await live();
      let agreeing = 0;
      let seen = 0;
      const { sink } = listener;
      const record = sink.trade.bind(sink);
      sink.trade = (listing, price, size, takerSide, venueTimeMs) => {
        record(listing, price, size, takerSide, venueTimeMs);
        const book = sink.book(listing);
        const middle = (book.price(BID, 0) + book.price(ASK, 0)) / 2;
        if (!book.valid || price === middle) return;
        seen += 1;
        if (price > middle === (takerSide === 'buy')) agreeing += 1;
      };
      await harness.run(40_000);
      expect(seen).toBeGreaterThan(40);
      expect(agreeing / seen).toBeGreaterThan(0.75);
    });

    it('[MD-2] reports lag from the venue’s time, and that it hears the socket', async () => {
      const { sink } = await live();
      await harness.run(5_000);
      const known = sink.lags.filter((lag) => !Number.isNaN(lag));
      expect(known.length).toBeGreaterThan(50);
      for (const lag of known) expect(Math.abs(lag)).toBeLessThan(1_000);
      const gaps = sink.heardAt.slice(1).map((at, index) => at - (sink.heardAt[index] ?? at));
      expect(Math.max(...gaps)).toBeLessThan(1_500);
    });

    it(`[MD-6] measures a clock ${SKEWED_MS} ms behind ours, and takes it out of the lag`, async () => {
      const { sink } = await live({ clockAheadMs: SKEWED_MS });
      await harness.run(4_000);
      const skew = sink.skews.at(-1)?.skewMs ?? Number.NaN;
      expect(Math.abs(skew + SKEWED_MS)).toBeLessThanOrEqual(subject.skewToleranceMs);
      expect(Math.abs(sink.lags.at(-1) ?? Number.NaN)).toBeLessThan(1_000);
      await harness.run(70_000);
      expect(sink.skews.length).toBeGreaterThanOrEqual(2);
    });

    it('[MD-3] a lost delta makes the book invalid, and it is rebuilt', async () => {
      const listener = await live();
      harness.fault({ feed, fault: 'gap', on: true });
      await harness.until(() => listener.sink.faultsOf(subject.lostDelta) > 0, 10_000, subject.lostDelta);
      expect(listener.sink.invalidations.length).toBeGreaterThan(0);
      const epochs = listener.sink.connections.filter(({ state }) => state === 'disconnected').length;
      expect(epochs).toBe(subject.lostDeltaReconnects ? 1 : 0);
      if (!subject.lostDeltaReconnects) {
        expect(new Set(listener.sink.invalidations.map(({ listing }) => listing)).size).toBe(1);
      }
      await equalsFresh(listener);
    });

    it('[MD-3] two deltas out of order never leave a wrong book', async () => {
      const listener = await live();
      let held: string | null = null;
      let swapped = false;
      listener.line.frames = (text) => {
        if (swapped || !subject.isDelta(text)) return [text];
        if (held === null) {
          held = text;
          return [];
        }
        swapped = true;
        return [text, held];
      };
      await harness.until(() => swapped, 10_000, 'two deltas');
      await equalsFresh(listener);
    });

    it('ignores frames that come twice: no gap, no trade twice', async () => {
      const plain = await live();
      const doubled = await live({}, (line) => {
        line.frames = (text) => [text, text];
      });
      await harness.run(1_000);
      const [before, beforeDoubled] = [plain.sink.trades.length, doubled.sink.trades.length];
      await harness.run(10_000);
      expect(doubled.sink.faults).toEqual([]);
      expect(doubled.sink.invalidations).toEqual([]);
      expect(doubled.sink.trades.slice(beforeDoubled)).toEqual(plain.sink.trades.slice(before));
      await equalsFresh(doubled);
    });

    it('[MD-4] ignores fields it does not know', async () => {
      const listener = await live({}, (line) => {
        line.frames = (text) => [text.startsWith('{') ? `{"unheardOf":{"of":[1,"a",null]},${text.slice(1)}` : text];
      });
      await harness.run(5_000);
      expect(listener.sink.faults).toEqual([]);
      expect(listener.sink.commits).toBeGreaterThan(50);
    });

    it('[MD-4] counts frames that are no JSON, cut, huge or misshapen, and survives', async () => {
      const listener = await live();
      const delta = await nextDelta(harness, listener, subject);
      for (const junk of ['', ' ', 'null', '[]', '{', '"', 'ping', '\u0000\u0001', '{"a":', delta.slice(0, -9)]) {
        listener.line.inject(junk);
      }
      for (const broken of subject.brokenFrames) listener.line.inject(sequenced(listener, broken));
      listener.line.inject(`[${'1,'.repeat(200_000)}1]`);
      listener.line.inject(new Uint8Array(17 * 1024 * 1024).fill(120));
      listener.line.inject(Uint8Array.of(0xff, 0xfe, 0x7b, 0x7d));
      expect(listener.sink.faultsOf('not-json')).toBeGreaterThanOrEqual(6);
      expect(listener.sink.faultsOf('bad-shape')).toBeGreaterThanOrEqual(subject.brokenFrames.length);
      expect(listener.sink.faultsOf('too-large')).toBe(sockets);
      for (const { sample } of listener.sink.faults) expect(sample.length).toBeLessThanOrEqual(200);
      await harness.run(3_000);
      await equalsFresh(listener);
    });

    it('[MD-4] counts a frame of an instrument it does not read, and touches no book', async () => {
      const listener = await live();
      const commits = listener.sink.commits;
      listener.line.inject(sequenced(listener, subject.strangerFrame));
      expect(listener.sink.faults.map(({ fault }) => fault)).toEqual(['unknown-instrument']);
      expect(listener.sink.commits).toBe(commits);
    });

    it('goes on with the others when one subscription is refused', async () => {
      const listener = harness.listen(feed, { scope: listedScope(['BTC', 'ETH', 'SOL', 'SOLX']) }, (line) => {
        line.answers = (_request, answer) => ({ ...answer, body: subject.misname(answer.body) });
      });
      await harness.run(12_000);
      const refused = `${feed}|${subject.misnamed}`;
      expect([...listener.sink.listings.keys()]).toContain(refused);
      const valid = listener.sink.valid().map(({ listing }) => listing);
      expect(valid.sort()).toEqual(
        owned(listener)
          .filter((id) => id !== refused)
          .sort(),
      );
      if (subject.tellsRefusal) {
        expect(
          listener.sink.faults.some(({ fault, listing }) => fault === 'subscription-error' && listing === refused),
        ).toBe(true);
      }
      expect(listener.sink.connections.filter(({ state }) => state === 'disconnected')).toEqual([]);
    });

    it('[MD-2] replaces a socket on which nothing is heard', async () => {
      const listener = await live();
      harness.fault({ feed, fault: 'silence', on: true });
      const tookMs = await harness.until(
        () => listener.sink.connections.some(({ state }) => state === 'disconnected'),
        30_000,
        'the silent socket is dropped',
      );
      expect(tookMs).toBeGreaterThan(5_000);
      expect(listener.sink.valid()).toEqual([]);
      expect(listener.sink.connections.findLast(({ state }) => state === 'disconnected')?.reason).toContain('silent');
      harness.fault({ feed, fault: 'silence', on: false });
      await equalsFresh(listener);
    });

    it('[MD-2] heartbeats without data change no book; after a minute of them the socket is replaced', async () => {
      const listener = await live();
      // Without the others' numbers left open: the venue itself sends nothing but these.
      let next = listener.line.nextSequence();
      listener.line.frames = (text) =>
        subject.isControl(text) ? [text.replace(/"sequence_num":\d+/, () => `"sequence_num":${next++}`)] : [];
      const { commits } = listener.sink;
      const heard = listener.sink.heardAt.length;
      const replaced = () => listener.sink.connections.some(({ state }) => state === 'disconnected');
      await harness.run(9_000);
      expect(listener.sink.commits).toBe(commits);
      expect(listener.sink.heardAt.length).toBeGreaterThan(heard + 5);
      expect(replaced()).toBe(false);
      const tookMs = await harness.until(replaced, 70_000, 'the socket is replaced');
      if (subject.heartbeats) expect(tookMs).toBeGreaterThan(45_000);
      listener.line.frames = (text) => [text];
      await equalsFresh(listener);
    });

    it('[MD-3] a dropped connection makes every book invalid at once; all are rebuilt in a new epoch', async () => {
      const listener = await live();
      harness.fault({ feed, fault: 'disconnect', on: true });
      await harness.until(() => listener.sink.valid().length === 0, 1_000, 'every book invalid');
      await equalsFresh(listener);
      const connected = listener.sink.connections.filter(({ state }) => state === 'connected');
      expect(connected.map(({ epoch }) => epoch)).toEqual([1, 2]);
    });

    it('backs off when connections do not last: at most 60 attempts a socket in ten minutes', {
      timeout: 90_000,
    }, async () => {
      const listener = harness.listen(feed);
      for (let i = 0; i < 600; i += 1) {
        await harness.run(1_000);
        harness.fault({ feed, fault: 'disconnect', on: true });
      }
      expect(listener.line.sockets).toBeGreaterThan(10);
      expect(listener.line.sockets).toBeLessThanOrEqual(60 * sockets);
    });

    it('retries a catalogue it cannot read, and says why', async () => {
      const listener = harness.listen(feed, {}, (line) => {
        line.answers = (_request, answer) => ({ ...answer, status: 200, body: '<html>maintenance</html>' });
      });
      await harness.run(20_000);
      expect(listener.sink.listings.size).toBe(0);
      expect(listener.sink.connections.findLast(({ state }) => state === 'disconnected')?.reason).toContain(
        'catalogue',
      );
      expect(listener.line.requests.length).toBeLessThan(60);
      listener.line.answers = (_request, answer) => answer;
      await harness.until(() => allValid(listener), 60_000, 'every book valid');
    });

    it('[VH-1] after 429 waits as long as the venue says, reports it, and recovers', async () => {
      const limited: number[] = [];
      const asked: number[] = [];
      const listener = harness.listen(feed, {}, (line) => {
        line.answers = (_request, answer) => {
          asked.push(harness.clock.wallMs());
          if (limited.length > 0) return answer;
          limited.push(harness.clock.wallMs());
          return { status: 429, headers: { 'retry-after': '7' }, body: '{}' };
        };
      });
      await harness.until(() => allValid(listener), 40_000, 'every book valid');
      expect(listener.sink.apiCalls[0]).toMatchObject({ outcome: 'rate-limited' });
      // Calls that were on their way already are answered at once; the next one waits.
      const atMs = limited[0] ?? Number.NaN;
      const next = asked.find((ms) => ms > atMs + 100) ?? Number.NaN;
      expect(next - atMs).toBeGreaterThanOrEqual(7_000);
    });

    it('[MD-8] tells a trading status that changed, at the next reading of the catalogue', async () => {
      const listener = await live({ catalogueEveryMs: 60_000 });
      const instrument = subject.listings[0] ?? '';
      harness.fault({ feed, fault: 'halt', on: true, instrument });
      await harness.run(75_000);
      const told = listener.sink.statusOf(`${feed}|${instrument}`);
      expect(['halted', 'maintenance', 'cancel-only']).toContain(told);
      expect(listener.sink.listings.get(`${feed}|${instrument}`)?.status).toBe(told);
    });

    it('drops a book that left the catalogue while running, and takes it up again when it is back', async () => {
      const listener = await live({ catalogueEveryMs: 30_000 });
      const renamed: ListingId = `${feed}|${subject.renamed}`;
      expect(listener.sink.books.get(renamed)?.valid).toBe(true);
      listener.line.answers = (_request, answer) => ({ ...answer, body: subject.misname(answer.body) });
      await harness.run(45_000);
      expect(listener.sink.books.get(renamed)?.valid).toBe(false);
      expect(listener.sink.valid().length).toBe(owned(listener).filter((id) => id !== renamed).length);
      listener.line.answers = (_request, answer) => answer;
      await harness.run(45_000);
      expect(listener.sink.books.get(renamed)?.valid).toBe(true);
      expect(listener.sink.connections.some(({ state }) => state === 'disconnected')).toBe(false);
      expect(new Set(listener.sink.invalidations.map(({ listing }) => listing))).toEqual(new Set([renamed]));
    });

    it('[MD-2] listens to a busy instrument when its scope has none, and says nothing of it', async () => {
      const listener = await live({ scope: listedScope(['SOL']) });
      await harness.run(10_000);
      expect([...listener.sink.listings.values()].some(({ base }) => base === 'BTC')).toBe(false);
      expect(listener.line.sent.some((text) => /btc|xbt/i.test(text) && !/depth|book|level2/i.test(text))).toBe(true);
      expect(listener.sink.faults).toEqual([]);
      expect(listener.sink.trades.every(({ listing }) => listener.sink.listings.has(listing))).toBe(true);
    });

    it('[MD-3] rebuilds a book the engine no longer trusts', async () => {
      const listener = await live();
      const id = owned(listener)[0];
      if (id === undefined) throw new Error('no book');
      listener.sink.book(id).rejectContent('a test does not trust it');
      expect(listener.sink.book(id).valid).toBe(false);
      await equalsFresh(listener);
      expect(listener.sink.invalidations.map(({ listing }) => listing)).toEqual([id]);
    });

    it('is silent once stopped', async () => {
      const listener = await live();
      await listener.feed.stop();
      const { sink } = listener;
      const count = () =>
        sink.commits + sink.trades.length + sink.heardAt.length + sink.connections.length + sink.apiCalls.length;
      const before = count();
      expect(sink.connections.at(-1)?.state).toBe('stopped');
      expect(sink.valid()).toEqual([]);
      await harness.run(120_000);
      expect(count()).toBe(before);
    });

    it('[PP-4] hears the same things at the same times for the same seed', async () => {
      const story = async () => {
        const own = new FeedHarness(SEED, { feeds: [feed] });
        const { sink } = own.listen(feed);
        await own.run(10_000);
        await own.close();
        const tops = [...sink.books.values()].map((book) => [book.listing, book.price(BID, 0), book.size(ASK, 0)]);
        return JSON.stringify([tops, sink.trades, sink.heardAt, sink.skews, sink.apiCalls, sink.lags]);
      };
      const first = await story();
      expect(first.length).toBeGreaterThan(5_000);
      expect(await story()).toBe(first);
    });
  });

  faultContract(subject);
  if (product === 'perp') fundingContract(subject);
  maintenanceContract(subject);
}

async function nextDelta(harness: FeedHarness, listener: Listener, subject: FeedSubject): Promise<string> {
  let seen: string | null = null;
  listener.line.frames = (text) => {
    if (subject.isDelta(text)) seen = text;
    return [text];
  };
  await harness.until(() => seen !== null, 10_000, 'a delta');
  return seen ?? '';
}

/** Puts the number after the last one seen into a hand-made frame; the socket's own next frame then repeats it. */
function sequenced(listener: Listener, frame: string): string {
  return frame.replace('SEQ', () => String(listener.line.nextSequence()));
}
