import { Button } from '@blueprintjs/core';
import type { AccountFeed, AccountRow, KeyRow } from '#shared/contract/accounts';
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
            <th scope="col">State</th>
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
          {rows.map(({ id, account, feeds }) => {
            const used = keys.filter((key) => Object.values(account.keys).includes(key.id));
            return (
              <tr key={id} aria-selected={id === chosen} className={id === chosen ? 'cb-chosen' : undefined}>
                <th scope="row">{account.label}</th>
                <td>{VENUE_NAMES[account.venue]}</td>
                <td>{account.mode === 'live' ? 'LIVE' : 'paper'}</td>
                <td>
                  {account.enabled ? (
                    <span className="cb-verdicts">
                      {feeds.map((feed) => (
                        <FeedMark key={feed.feed} feed={feed} />
                      ))}
                    </span>
                  ) : (
                    <Mark tone="quiet">disabled</Mark>
                  )}
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
