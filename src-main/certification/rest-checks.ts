import { type CatalogueEntry, loadMarkets, readMarkets } from '#main/venues/kit/catalogue';
import { RestClient } from '#main/venues/kit/rest-client';
import { listedScope } from '#main/venues/kit/scope';
import { commonBounds, middleOf, type SkewBounds, skewBounds } from '#main/venues/kit/skew';
import { delay } from '#shared/kernel/time';
import type { Transport } from '#shared/kernel/transport';
import { type Found, failed, passed } from './outcome.ts';
import type { Subject } from './subject.ts';

const TIMEOUT_MS = 8_000;
const TIME_SAMPLES = 4;
const TIME_SPACING_MS = 230;
/** Beyond this a venue refuses signed requests (MD-6). */
const MOST_SKEW_MS = 5_000;
/** What strategies and charts use, minutes. */
const INTERVALS = [1, 5, 15, 60, 240, 1440] as const;
const MINUTE_MS = 60_000;

/** A client of its own for the checks: its budget and its pauses are not those of a running feed. */
export function restClient({ protocol, clock, random }: Subject, transport: Transport, name: string): RestClient {
  return new RestClient({
    transport,
    clock,
    random: random.fork(name),
    feed: protocol.feed,
    baseUrl: protocol.restUrl,
    budgetPerMinute: protocol.restBudgetPerMinute,
    report: () => undefined,
  });
}

/** The catalogue, and the instrument that the other checks look at: the busiest coin in the venue's own first currency. */
export async function catalogueCheck(
  subject: Subject,
  rest: RestClient,
): Promise<{ readonly found: Found; readonly entry: CatalogueEntry | null }> {
  const { protocol, clock, bases } = subject;
  const loaded = await loadMarkets(protocol, rest, clock);
  if (!loaded.ok) return { found: failed(loaded.error), entry: null };
  const read = readMarkets(protocol, loaded.value, listedScope(bases));
  if (!read.ok) return { found: failed(read.error), entry: null };
  const { entries, unreadable } = read.value;
  const owners = entries.filter(({ listing }) => listing.id === listing.bookId);
  const [base] = bases;
  const entry = owners.find(({ listing }) => listing.base === base) ?? owners[0] ?? null;
  const left = unreadable.length === 0 ? '' : `; ${unreadable.length} left out, the first: ${unreadable[0]}`;
  const text = `${loaded.value.length} markets, ${entries.length} read${left}`;
  if (entry === null) return { found: failed(text), entry };
  return { found: passed(text), entry };
}

/** Server time and skew (MD-6). */
export async function serverTimeCheck({ protocol, clock }: Subject, rest: RestClient): Promise<Found> {
  const samples: SkewBounds[] = [];
  let problem = '';
  for (let index = 0; index < TIME_SAMPLES; index += 1) {
    if (index > 0) await delay(clock, TIME_SPACING_MS);
    const answer = await rest.get('time', protocol.timePath, 1, TIMEOUT_MS);
    if (!answer.ok) {
      problem = answer.error.message;
      if (samples.length === 0) break;
      continue;
    }
    const { sentWallMs, receivedWallMs, response } = answer.value;
    samples.push(skewBounds(sentWallMs, receivedWallMs, protocol.serverTime(JSON.parse(response.body))));
  }
  const bounds = commonBounds(samples);
  if (bounds === null) return failed(problem === '' ? 'its times contradict each other' : problem);
  const skewMs = Math.round(middleOf(bounds));
  const text = `its clock is ${Math.abs(skewMs)} ms ${skewMs < 0 ? 'behind' : 'ahead'}`;
  return Math.abs(skewMs) > MOST_SKEW_MS ? failed(text) : passed(text, bounds.roundTripMs);
}

/** The touch over REST. */
export async function tickerCheck({ protocol }: Subject, rest: RestClient, symbol: string): Promise<Found> {
  const answer = await rest.get('ticker', protocol.ticker.path(symbol), 1, TIMEOUT_MS);
  if (!answer.ok) return failed(answer.error.message);
  const { sentWallMs, receivedWallMs, response } = answer.value;
  const { bid, ask } = protocol.ticker.read(JSON.parse(response.body), symbol);
  const text = `${symbol} ${bid} / ${ask}`;
  return bid > 0 && bid < ask ? passed(text, receivedWallMs - sentWallMs) : failed(`${text} is no touch`);
}

/** Candles at every interval in use; those that the venue does not have are named. */
export async function candlesCheck({ protocol, clock }: Subject, rest: RestClient, symbol: string): Promise<Found> {
  const { intervals, path, read } = protocol.candles;
  const got: string[] = [];
  const lacking: string[] = [];
  for (const minutes of INTERVALS) {
    const interval = intervals[minutes];
    if (interval === undefined) {
      lacking.push(`${minutes}m`);
      continue;
    }
    const answer = await rest.get('candles', path(symbol, interval, clock.wallMs()), 1, TIMEOUT_MS);
    if (!answer.ok) return failed(`${minutes}m: ${answer.error.message}`);
    const problem = candleProblem(read(JSON.parse(answer.value.response.body), symbol), minutes);
    if (problem !== null) return failed(`${minutes}m: ${problem}`);
    got.push(`${minutes}m`);
  }
  if (got.length === 0) return failed('no interval is read');
  const missing = lacking.length === 0 ? '' : `; the venue has none of ${lacking.join(', ')}`;
  return passed(`${got.join(', ')}${missing}`);
}

type Candle = readonly [number, number, number, number, number, number];

function candleProblem(rows: readonly Candle[], minutes: number): string | null {
  if (rows.length === 0) return 'no candle';
  let before = Number.NEGATIVE_INFINITY;
  for (const [openMs, open, high, low, close, volume] of rows) {
    if (!(openMs > before)) return `not in order at ${openMs}`;
    if (openMs % (Math.min(minutes, 60) * MINUTE_MS) !== 0) return `begins off its grid at ${openMs}`;
    const fits = low > 0 && high >= Math.max(open, close) && low <= Math.min(open, close) && volume >= 0;
    if (!fits) return `impossible at ${openMs}: ${open} ${high} ${low} ${close}`;
    before = openMs;
  }
  return null;
}

/** Does the client stop at 429, for as long as it was told, and go on afterwards? */
export async function rateLimitCheck(subject: Subject, transport: Transport, symbol: string): Promise<Found> {
  const { protocol, clock, provoke } = subject;
  const left: number[] = [];
  let retryAfterMs = 0;
  const rest = restClient(
    subject,
    {
      openSocket: (url, events) => transport.openSocket(url, events),
      request: async (request) => {
        left.push(clock.monoMs());
        const answer = await transport.request(request);
        if (answer.status === 429)
          retryAfterMs = Math.max(retryAfterMs, Number(answer.headers['retry-after'] ?? 0) * 1000);
        return answer;
      },
    },
    'limited',
  );
  const path = protocol.ticker.path(symbol);
  const misfit = provoke?.('rate-limit', true) ?? null;
  if (misfit !== null) return failed(misfit);
  const refused = await rest.get('ticker', path, 1, TIMEOUT_MS);
  provoke?.('rate-limit', false);
  if (refused.ok || refused.error.kind !== 'rate-limited') return failed('429 was not told apart');
  const again = await rest.get('ticker', path, 1, TIMEOUT_MS);
  const pausedMs = Math.round((left[1] ?? Number.NaN) - (left[0] ?? Number.NaN));
  if (!again.ok) return failed(`after the pause: ${again.error.message}`);
  const told = retryAfterMs > 0 ? `, told ${retryAfterMs / 1000} s` : ', told no time';
  const text = `429 answered${told}; paused ${pausedMs} ms, then served again`;
  return pausedMs >= Math.max(retryAfterMs, 1_000) ? passed(text, pausedMs) : failed(text);
}
