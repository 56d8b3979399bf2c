import type { KeyFinding } from '#shared/domain/account';
import { ENTITIES, type Entity, entityOf } from '#shared/domain/entities';
import type { Venue } from '#shared/domain/ids';
import { headersAt } from '../test-networks.ts';
import type { AdapterContext, SignedCall, SigningClass } from './adapter.ts';
import { exactJson } from './exact-json.ts';
import { failed, passed } from './findings.ts';
import { ccxtSigner } from './signing-client.ts';

/** How a venue is asked whether it knows a key. */
export interface Acquaintance {
  readonly venue: Venue;
  readonly client: SigningClass;
  /** The REST host of the entity `global`, as ccxt has it. */
  readonly globalHost: string;
  readonly hosts: (entity: string) => readonly string[] | undefined;
  /** A reading call that any key may make. */
  readonly call: SignedCall;
  /** Whether its answer shows that the key is known. */
  readonly knows: (body: unknown) => boolean;
}

/** So long a signature of it is good, ms. */
const WINDOW_MS = 5_000;

/**
 * AC-1: a key of another entity, or of a test network, is an unknown key here. The venue's other entities are asked on their
 * own hosts whether they know it; `null` when none says so, or none can be reached from here.
 */
export async function homeOf(context: AdapterContext, ask: Acquaintance): Promise<Entity | null> {
  const others = ENTITIES[ask.venue].filter(({ id }) => id !== context.entity);
  const known = await Promise.all(others.map(({ id }) => isKnownAt(id, context, ask)));
  return others.find((_, index) => known[index] === true) ?? null;
}

async function isKnownAt(
  entity: string,
  { credentials, clock, random, skewMs, transport }: AdapterContext,
  { venue, client, globalHost, hosts, call, knows }: Acquaintance,
): Promise<boolean> {
  const there = hosts(entity);
  if (there === undefined) return false;
  try {
    const signer = ccxtSigner(client, globalHost, {
      credentials,
      hosts: there,
      headers: headersAt(venue, entity),
      clock,
      random: random.fork(`elsewhere/${entity}`),
      skewMs,
      nonce: () => Math.floor(clock.wallMs() + skewMs()),
    });
    const { status, body } = await transport.request(await signer.sign(call, WINDOW_MS));
    return status === 200 && knows(exactJson(body));
  } catch {
    // Not reachable from here: it cannot be told that way.
    return false;
  }
}

/** A key that lives elsewhere, and what to choose instead. */
export function livesElsewhere(home: Entity, { entity }: AdapterContext, venue: Venue, said: string): KeyFinding {
  const here = entityOf(venue, entity);
  const check = here?.test === home.test ? 'region' : 'environment';
  const kind = home.test ? 'a test key' : 'a live key';
  const what = check === 'region' ? 'The key' : `This is ${kind}: it`;
  return failed(
    check,
    `${what} is of ${home.name}, and unknown at ${here?.name ?? entity}. ${said}`,
    `Choose the entity “${home.name}” for the key and its account, or make a key at ${here?.name ?? entity}.`,
  );
}

/** The key is of the place that its entity says. */
export function livesHere(venue: Venue, { entity }: AdapterContext): KeyFinding {
  const here = entityOf(venue, entity);
  return passed(
    'environment',
    here?.test === true
      ? `A key of the test network ${here.name}, whose money is play money.`
      : 'A key of live trading: the test networks have other keys.',
  );
}
