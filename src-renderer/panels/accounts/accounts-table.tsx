import { Button } from '@blueprintjs/core';
import type { AccountFeed, AccountRow, KeyRow } from '#shared/contract/accounts';
import type { Account } from '#shared/domain/account';
import { entityOf, isTestEntity, modeName } from '#shared/domain/entities';
import { productOf, VENUE_NAMES } from '#shared/domain/ids';
import { CommandButton } from '../../components/command-button.tsx';
import { DeleteButton } from '../../components/delete-button.tsx';
import { Mark, type Tone } from '../../components/mark.tsx';
import { useCommand } from '../../components/use-command.ts';
import { plain } from '../../format/numbers.ts';

const STATES: Readonly<Record<AccountFeed['state'], { tone: Tone; word: string }>> = {
  off: { tone: 'quiet', word: 'off' },
  connecting: { tone: 'warn', word: 'connecting' },
  ready: { tone: 'good', word: 'ready' },
  blocked: { tone: 'bad', word: 'blocked' },
};

/** The state of one product of an account, with its reason. */
export function FeedMark({ feed }: { feed: AccountFeed }) {
  const { tone, word } = STATES[feed.state];
  return (
    <Mark tone={tone}>
      {productOf(feed.feed)} {word}
    </Mark>
  );
}

/** That a connection outlasts what it was opened by, and for what. */
function Staying({ feeds }: { feeds: readonly AccountFeed[] }) {
  const stays = feeds.find((feed) => feed.stays !== null)?.stays;
  return stays == null ? null : <div className="cb-tone-warn">{stays}</div>;
}

/** What of the account is in force, and what of its inventory waits for what. */
export function Force({ force: { inForce, text, kept } }: { force: AccountRow['force'] }) {
  return (
    <>
      <div className={inForce ? undefined : 'cb-muted'}>{text}</div>
      {kept.map((sentence) => (
        <div key={sentence} className="cb-tone-warn">
          {sentence}
        </div>
      ))}
    </>
  );
}

/** Paper, LIVE, or TEST for an account of a test network: never a word for another. */
export function ModeMark({ account }: { account: Account }) {
  const mode = modeName(account);
  return mode === 'TEST' ? <Mark tone="warn">TEST</Mark> : mode;
}

/** The venue, or the test network that stands in its place. */
const serviceName = ({ venue, entity }: Account): string =>
  isTestEntity(venue, entity) ? (entityOf(venue, entity)?.name ?? entity) : VENUE_NAMES[venue];

interface AccountsTableProps {
  rows: readonly AccountRow[];
  keys: readonly KeyRow[];
  chosen: string | null;
  onChoose: (id: string) => void;
  onEdit: (id: string) => void;
}

export function AccountsTable({ rows, keys, chosen, onChoose, onEdit }: AccountsTableProps) {
  const { run } = useCommand();
  return (
    <div className="cb-scroll-x">
      <table className="cb-table">
        <thead>
          <tr>
            <th scope="col">Label</th>
            <th scope="col">Service</th>
            <th scope="col">Mode</th>
            <th scope="col">State, and what it binds</th>
            <th scope="col">Keys</th>
            <th scope="col" className="cb-right">
              Risk, %
            </th>
            <th scope="col" className="cb-right">
              Max open
            </th>
            <th scope="col">Routing</th>
            <th scope="col">
              <span className="cb-hidden">Change</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, account, feeds, force }) => {
            const used = keys.filter((key) => Object.values(account.keys).includes(key.id));
            return (
              <tr key={id} aria-selected={id === chosen} className={id === chosen ? 'cb-chosen' : undefined}>
                <th scope="row">{account.label}</th>
                <td>{serviceName(account)}</td>
                <td>
                  <ModeMark account={account} />
                </td>
                <td className="cb-force">
                  {account.enabled ? (
                    <span className="cb-verdicts">
                      {feeds.map((feed) => (
                        <FeedMark key={feed.feed} feed={feed} />
                      ))}
                    </span>
                  ) : (
                    <Mark tone="quiet">disabled</Mark>
                  )}
                  <Staying feeds={feeds} />
                  <Force force={force} />
                </td>
                <td>{used.length === 0 ? 'none' : used.map((key) => key.label).join(', ')}</td>
                <td className="cb-right cb-num">{plain(account.riskPerTradePct)}</td>
                <td className="cb-right cb-num">{account.maxConcurrent}</td>
                <td>{account.routing ? 'yes' : 'no'}</td>
                <td className="cb-row-actions">
                  <Button
                    size="small"
                    text="Show"
                    aria-label={`Show ${account.label}`}
                    aria-pressed={id === chosen}
                    onClick={() => onChoose(id)}
                  />
                  <CommandButton
                    action={`Read ${account.label} again`}
                    text="Refresh"
                    name="account.refresh"
                    input={{ id }}
                  />
                  <Button size="small" text="Edit" aria-label={`Edit ${account.label}`} onClick={() => onEdit(id)} />
                  <DeleteButton
                    what={account.label}
                    id={id}
                    dependents="account.dependents"
                    onDelete={() => run(`Delete account ${account.label}`, 'account.delete', { id, confirm: 'DELETE' })}
                  />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
