import { describe, expect, it } from 'vitest';
import { BUILT_FEEDS } from '#main/venues/feeds';
import type { FeedId } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { type Random, SeededRandom } from '#shared/kernel/random';
import { FeedHarness } from '#support/feed-harness';
import { mutate } from './mutate.ts';
import { type Received, Story } from './story.ts';

const SEED = 20_261_122;
/** `npm run fuzz` makes it forty. */
const SESSIONS = Math.max(2, Math.floor(Number(process.env.FUZZ_FRAMES ?? 0) / 2_500));
const SESSION_MS = 6_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** All that one feed receives in some seconds, in order. */
async function recorded(feed: FeedId): Promise<{ received: Received[]; listings: readonly Listing[] }> {
  const harness = new FeedHarness(3);
  const received: Received[] = [];
  const { sink } = harness.listen(feed, {}, (line) => {
    line.frames = (text) => {
      received.push({ kind: 'frame', bytes: encoder.encode(text) });
      return [text];
    };
    line.answers = (request, answer) => {
      const symbol = /\/depth\?symbol=([A-Z0-9]+)/.exec(request.url)?.[1];
      if (symbol !== undefined) received.push({ kind: 'snapshot', symbol, body: answer.body });
      return answer;
    };
  });
  await harness.run(SESSION_MS);
  await harness.close();
  return { received, listings: [...sink.listings.values()] };
}

const isSnapshot = (one: Received): boolean =>
  one.kind === 'snapshot' || /"(?:type|action)":"snapshot"|_snapshot"/.test(decoder.decode(one.bytes.subarray(0, 400)));

/** The session as a bad line would bring it: some lost, some twice, some old, some made wrong; snapshots come again. */
function* spoiled(received: readonly Received[], random: Random): Iterable<Received> {
  const any = <T>(of: readonly T[]): T => of[Math.floor(random.next() * of.length)] as T;
  const snapshots = received.filter(isSnapshot);
  for (const one of received) {
    const fate = random.next();
    if (fate < 0.01) continue;
    yield one;
    if (fate < 0.03) yield one;
    else if (fate < 0.05) yield any(received);
    else if (fate < 0.08) yield any(snapshots);
    else if (fate < 0.11) yield madeWrong(any(received), one, random);
  }
}

function madeWrong(one: Received, other: Received, random: Random): Received {
  const bytesOf = (of: Received) => (of.kind === 'frame' ? of.bytes : encoder.encode(of.body));
  const bytes = mutate(bytesOf(one), bytesOf(other), random);
  return one.kind === 'frame' ? { kind: 'frame', bytes } : { ...one, body: decoder.decode(bytes) };
}

const shown = (one: Received): string =>
  one.kind === 'frame' ? decoder.decode(one.bytes) : `${one.symbol} ${one.body}`;

describe.each(BUILT_FEEDS)(`[MD-3] [MD-4] sessions of %s over a bad line, seed ${SEED}`, (feed) => {
  it('leave both paths with the same books at every step, and snapshots over REST are taken as they come', {
    timeout: 60_000 + SESSIONS * 5_000,
  }, async () => {
    const { received, listings } = await recorded(feed);
    const random = new SeededRandom(SEED).fork(feed);
    let commits = 0;
    let gaps = 0;
    for (let session = 0; session < SESSIONS; session += 1) {
      const fast = new Story(feed, listings, true);
      const slow = new Story(feed, listings, false);
      for (const one of spoiled(received, random)) {
        const said = fast.take(one);
        const wanted = slow.take(one);
        if (said !== wanted) throw new Error(`${shown(one)}\n--- fast\n${said}\n--- slow\n${wanted}`);
      }
      commits += fast.commits;
      gaps += fast.gaps;
    }
    expect(commits).toBeGreaterThan(20);
    // Kraken spot numbers nothing.
    if (feed !== 'kraken:spot') expect(gaps).toBeGreaterThan(0);
  });
});
