import { VENUE_NAMES } from '#shared/domain/ids';
import type { VenueHealth } from '#shared/domain/market';
import { DASH, score } from '../format/numbers.ts';
import { clockText } from '../format/time.ts';

const INPUT_NAMES: Readonly<Record<VenueHealth['inputs'][number]['name'], string>> = {
  'fresh-share': 'Fresh quotes',
  'event-lag': 'Event lag',
  'api-errors': 'API errors',
  'round-trip': 'Round trip',
  reconnects: 'Reconnects',
  'ack-time': 'Acknowledgement',
  'order-rejects': 'Order rejects',
  slippage: 'Slippage',
};
const INPUTS = Object.keys(INPUT_NAMES) as (keyof typeof INPUT_NAMES)[];

/** VH-1: every input of every venue's score, with its reading. */
export function HealthTable({ health }: { health: readonly VenueHealth[] }) {
  return (
    <>
      <h3>Health inputs (score and reading)</h3>
      <div className="cb-scroll-x">
        <table className="cb-table cb-health-table">
          <thead>
            <tr>
              <th scope="col">Input</th>
              {health.map(({ venue }) => (
                <th key={venue} scope="col" className="cb-right">
                  {VENUE_NAMES[venue]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">Score</th>
              {health.map(({ venue, score: value, vetoed, returnsAtMs }) => (
                <td key={venue} className={`cb-right cb-num${vetoed ? ' cb-tone-warn' : ''}`}>
                  {score(value)}
                  {vetoed ? <span className="cb-help">vetoed until {clockText(returnsAtMs)}</span> : null}
                </td>
              ))}
            </tr>
            {INPUTS.map((name) => (
              <tr key={name}>
                <th scope="row">{INPUT_NAMES[name]}</th>
                {health.map(({ venue, inputs }) => {
                  const input = inputs.find((row) => row.name === name);
                  return (
                    <td key={venue} className="cb-right cb-num">
                      {input === undefined || input.weight === 0 ? DASH : score(input.score)}
                      {input === undefined ? null : <span className="cb-help">{input.reading}</span>}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
