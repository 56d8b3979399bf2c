import { feedName } from '#shared/domain/ids';
import { type ActiveFault, faultTerms, type PracticeState } from '#shared/domain/practice';
import { Age } from '../../components/age.tsx';
import { Card } from '../../components/card.tsx';
import { CommandButton } from '../../components/command-button.tsx';
import { Mark } from '../../components/mark.tsx';
import { clockText } from '../../format/time.ts';
import { unavailable } from './fault-form.ts';

/** What is on now, since when, and the way to end it. */
export function ActiveFaultsCard({ practice }: { practice: PracticeState }) {
  const { active } = practice;
  const none = active.length === 0 ? 'No fault is on.' : null;
  return (
    <Card
      title={active.length === 0 ? 'Faults that are on' : `Faults that are on (${active.length})`}
      pushed
      aside={
        <CommandButton
          action="Switch all off"
          name="practice.clear"
          input={{}}
          unless={unavailable(practice) ?? none}
        />
      }
    >
      {active.length === 0 ? (
        <p className="cb-muted">None: the venues behave as they should.</p>
      ) : (
        <table className="cb-table">
          <caption className="cb-hidden">Faults that are on</caption>
          <thead>
            <tr>
              <th scope="col">Feed</th>
              <th scope="col">Fault</th>
              <th scope="col">Instrument</th>
              <th scope="col" className="cb-right">
                Amount
              </th>
              <th scope="col" className="cb-right">
                Since, UTC
              </th>
              <th scope="col">
                <span className="cb-hidden">Action</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {active.map((one) => (
              <ActiveRow key={`${one.feed} ${one.fault} ${one.instrument}`} fault={one} />
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

function ActiveRow({ fault: { feed, fault, amount, instrument, sinceMs } }: { fault: ActiveFault }) {
  const { kind, text, unit } = faultTerms(fault);
  const name = fault === 'depeg' ? 'every venue' : feedName(feed);
  return (
    <tr>
      <th scope="row">{name}</th>
      <td title={text}>
        <Mark tone="warn">{fault}</Mark>
      </td>
      <td>{instrument ?? '—'}</td>
      <td className="cb-right cb-num">{amount === null ? '—' : `${amount} ${unit ?? ''}`}</td>
      <td className="cb-right cb-num">
        {clockText(sinceMs)}, <Age atMs={sinceMs} />
      </td>
      <td className="cb-right">
        {kind === 'once' ? (
          <span className="cb-muted">waits for what it fits</span>
        ) : (
          <CommandButton
            action={`Switch off ${fault} on ${name}${instrument === null ? '' : `, ${instrument}`}`}
            text="Switch off"
            name="practice.fault"
            input={{ feed, fault, on: false, ...(instrument === null ? {} : { instrument }) }}
          />
        )}
      </td>
    </tr>
  );
}
