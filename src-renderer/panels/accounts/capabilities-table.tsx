import type { ReactNode } from 'react';
import type { AccountFeed, AccountRow } from '#shared/contract/accounts';
import type { Capabilities } from '#shared/domain/capabilities';
import { feedName } from '#shared/domain/ids';
import { Card } from '../../components/card.tsx';
import { DASH, plain } from '../../format/numbers.ts';
import { ORDER_KIND_WORDS } from '../../format/words.ts';

const yes = (holds: boolean): string => (holds ? 'yes' : 'no');

const LINES: readonly { name: string; of: (capabilities: Capabilities) => ReactNode }[] = [
  {
    name: 'Order kinds',
    of: ({ orderKinds }) => orderKinds.map((kind) => ORDER_KIND_WORDS[kind]).join(', ') || 'none',
  },
  { name: 'Resident stops watch', of: ({ stopTriggers }) => stopTriggers.join(', ') || 'none' },
  { name: 'Reduce-only', of: ({ reduceOnly }) => yes(reduceOnly) },
  { name: 'Refuses late creates', of: lateWords },
  { name: 'Ends resting orders itself', of: ({ venueExpiry }) => yes(venueExpiry) },
  { name: 'Dead-man', of: ({ deadMan }) => deadManWords(deadMan) },
  { name: 'Doubt resolved by client id', of: ({ resolvesByClientId }) => yes(resolvesByClientId) },
  { name: 'Own orders never meet', of: ({ selfTradePrevention }) => yes(selfTradePrevention) },
  { name: 'Executions streamed', of: ({ fillStream }) => (fillStream === 'each' ? 'each' : 'totals only') },
  { name: 'History', of: ({ historyDays }) => `${historyDays} days` },
];

/** What the venue really guarantees, and the account's own fee rates. */
export function CapabilitiesTable({ feeds, fees }: { feeds: readonly AccountFeed[]; fees: AccountRow['fees'] }) {
  return (
    <Card title="What the venue guarantees" trueAtMs={fees.atMs}>
      <div className="cb-scroll-x">
        <table className="cb-table">
          <thead>
            <tr>
              <th scope="col">
                <span className="cb-hidden">Ability</span>
              </th>
              {feeds.map(({ feed }) => (
                <th key={feed} scope="col">
                  {feedName(feed)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {LINES.map(({ name, of }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {feeds.map(({ feed, capabilities }) => (
                  <td key={feed} className="cb-wrap">
                    {of(capabilities)}
                  </td>
                ))}
              </tr>
            ))}
            <tr>
              <th scope="row">Fees, maker / taker</th>
              {feeds.map(({ feed }) => (
                <td key={feed} className="cb-num">
                  {feeWords(fees.value?.filter((row) => row.feed === feed) ?? [])}
                </td>
              ))}
            </tr>
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function lateWords({ createDeadline, leastDeadlineS }: Capabilities): string {
  if (!createDeadline) return 'no';
  return leastDeadlineS === undefined ? 'yes' : `yes, from ${leastDeadlineS} s after they left`;
}

function deadManWords(deadMan: Capabilities['deadMan']): string {
  if (deadMan === null) return 'none';
  const of = deadMan.scope === 'connection' ? 'when the connection is lost' : `of the ${deadMan.scope}`;
  return `${of}; stops ${deadMan.cancelsStops ? 'are cancelled too' : 'stay'}`;
}

/** One line for a product whose instruments all cost the same. */
function feeWords(rows: readonly { readonly makerBps: string; readonly takerBps: string }[]): string {
  const texts = [...new Set(rows.map(({ makerBps, takerBps }) => `${plain(makerBps)} / ${plain(takerBps)} bps`))];
  if (texts.length === 0) return DASH;
  return texts.length === 1 ? (texts[0] ?? DASH) : `${texts.length} rates, by instrument`;
}
