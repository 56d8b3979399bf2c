import type { Runtime } from '#shared/contract/rows';
import { VENUE_NAMES } from '#shared/domain/ids';
import { REJECT_REASONS, REJECT_SENTENCES } from '#shared/domain/reject';
import { Age } from '../../components/age.tsx';
import { Card } from '../../components/card.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { HealthTable } from '../../components/health-table.tsx';
import { Mark } from '../../components/mark.tsx';
import { type BreakerRow, breakerRows } from '../../format/breakers.ts';
import { count, DASH, percentOf, price } from '../../format/numbers.ts';
import { clockText, spanText } from '../../format/time.ts';
import { BREAKER_CAUSE_WORDS, FAILOVER_WORDS } from '../../format/words.ts';
import { useAppSelector } from '../../store/hooks.ts';
import { selectRuntime, selectStatus } from '../../store/selectors.ts';
import { InventoryTable } from './inventory-table.tsx';

/** What auto mode is doing, read only. */
export function RuntimeCard() {
  const status = useAppSelector(selectStatus);
  const runtime = useAppSelector(selectRuntime);
  return (
    <Card id="auto-runtime" title="Runtime status" pushed={status !== null && runtime !== null}>
      <Facts>
        <Fact name="Last cycle">
          {status === null ? DASH : `#${status.cycle} at ${clockText(status.lastCycleAtMs)} UTC, `}
          <Age atMs={status?.lastCycleAtMs ?? null} /> ago
        </Fact>
        <Fact name="Cycle took">{spanText(status?.lastCycleMs ?? null)}</Fact>
        <Fact name="Failover state">{status === null ? DASH : FAILOVER_WORDS[status.failover]}</Fact>
        <Fact name="Degraded venues">{count(runtime?.degradedVenues ?? null)}</Fact>
        <Fact name="Telemetry">
          {status === null ? (
            DASH
          ) : (
            <Mark tone={status.telemetryComplete ? 'good' : 'bad'}>
              {status.telemetryComplete ? 'complete' : 'incomplete'}
            </Mark>
          )}
        </Fact>
        <Fact name="Executed">{count(runtime?.executed ?? null)}</Fact>
      </Facts>
      <BestVenues rows={runtime?.bestVenues ?? []} />
      <Skipped skipped={runtime?.skipped ?? null} />
      <Breakers rows={status === null ? [] : breakerRows(status)} />
      <HealthTable health={runtime?.health ?? []} />
      <InventoryTable inventory={runtime?.inventory ?? []} />
    </Card>
  );
}

function BestVenues({ rows }: { rows: Runtime['bestVenues'] }) {
  const name = (venue: Runtime['bestVenues'][number]['bestBid']) => (venue === null ? DASH : VENUE_NAMES[venue]);
  return (
    <>
      <h3>Best venue per symbol</h3>
      <table className="cb-table">
        <thead>
          <tr>
            <th scope="col">Base</th>
            <th scope="col" className="cb-right">
              Composite mid, USD
            </th>
            <th scope="col">Sell on</th>
            <th scope="col">Buy on</th>
            <th scope="col" className="cb-right">
              From
            </th>
            <th scope="col" className="cb-right">
              Confidence
            </th>
            <th scope="col" className="cb-right">
              Age
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ base, mid, bestBid, bestAsk, contributors, confidence, atMs }) => (
            <tr key={base}>
              <th scope="row">{base}</th>
              <td className="cb-right cb-num">{price(mid)}</td>
              <td>{name(bestBid)}</td>
              <td>{name(bestAsk)}</td>
              <td className="cb-right cb-num">{contributors}</td>
              <td className="cb-right cb-num">{percentOf(confidence)}</td>
              <td className="cb-right">
                <Age atMs={atMs} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Skipped({ skipped }: { skipped: Runtime['skipped'] | null }) {
  const reasons = REJECT_REASONS.filter((reason) => (skipped?.[reason] ?? 0) > 0);
  return (
    <>
      <h3>Skipped by reason</h3>
      {reasons.length === 0 ? (
        <p className="cb-muted">{skipped === null ? DASH : 'None.'}</p>
      ) : (
        <Facts label="Skipped by reason">
          {reasons.map((reason) => (
            <Fact key={reason} name={`${reason}: ${REJECT_SENTENCES[reason]}`}>
              {count(skipped?.[reason] ?? null)}
            </Fact>
          ))}
        </Facts>
      )}
    </>
  );
}

const BREAKER_TONES = { closed: 'good', stabilizing: 'warn', open: 'bad' } as const;

function Breakers({ rows }: { rows: readonly BreakerRow[] }) {
  return (
    <>
      <h3>Breakers</h3>
      <table className="cb-table">
        <thead>
          <tr>
            <th scope="col">Scope</th>
            <th scope="col">State</th>
            <th scope="col">Cause and reading</th>
            <th scope="col" className="cb-right">
              Until, UTC
            </th>
            <th scope="col" className="cb-right">
              Trips
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ scope, state, breaker }) => (
            <tr key={scope}>
              <th scope="row">{scope === 'global' ? 'Global' : VENUE_NAMES[scope]}</th>
              <td>
                <Mark tone={BREAKER_TONES[state]}>{state}</Mark>
              </td>
              <td>{causeText(breaker)}</td>
              <td className="cb-right cb-num">{clockText(breaker?.untilMs ?? null)}</td>
              <td className="cb-right cb-num">{count(breaker?.trips ?? null)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function causeText(breaker: BreakerRow['breaker']): string {
  if (breaker === null || breaker.cause === null) return DASH;
  return `${BREAKER_CAUSE_WORDS[breaker.cause]}${breaker.reading === null ? '' : `: ${breaker.reading}`}`;
}
