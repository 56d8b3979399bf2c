import { Button } from '@blueprintjs/core';
import { useState } from 'react';
import { Card } from '../../components/card.tsx';
import { useAppSelector } from '../../store/hooks.ts';
import { selectAccounts, selectKeys } from '../../store/selectors.ts';
import { AccountDetail } from './account-detail.tsx';
import { AccountEditor } from './account-editor.tsx';
import { AccountsTable } from './accounts-table.tsx';

/** The accounts, what each may do, and what is on it now. */
export function AccountsPanel() {
  const rows = useAppSelector(selectAccounts);
  const keys = useAppSelector(selectKeys);
  const known = useAppSelector((state) => state.accounts.known);
  const [chosen, setChosen] = useState<string | null>(null);
  /** `''` for a new one. */
  const [editing, setEditing] = useState<string | null>(null);
  const shown = rows.find(({ id }) => id === chosen) ?? rows[0];
  const edited = rows.find(({ id }) => id === editing)?.account ?? null;
  return (
    <>
      <div className="cb-title">
        <h1>Accounts</h1>
        <span className="cb-muted">What Crossbook did not put there is shown and never touched.</span>
      </div>
      <div className="cb-accounts">
        <Card
          title="Accounts"
          pushed={known}
          aside={<Button size="small" text="Add account" onClick={() => setEditing('')} />}
        >
          <p className="cb-muted">
            Paper trading on a venue follows its enabled paper account: routing, products, risk per trade, deals at once
            and working inventory. Without one built-in terms hold: every product, routing on, the limits of Auto Mode.
            A live account is read and checked; nothing is traded on it yet.
          </p>
          {rows.length === 0 ? (
            <p className="cb-muted">
              {known
                ? 'No account yet: built-in terms hold on every venue. To read a real account, add its key first.'
                : 'Unknown until the engine answers.'}
            </p>
          ) : (
            <AccountsTable
              rows={rows}
              keys={keys}
              chosen={shown?.id ?? null}
              onChoose={setChosen}
              onEdit={setEditing}
            />
          )}
          {editing === null || (editing !== '' && edited === null) ? null : (
            <AccountEditor
              key={editing}
              account={edited}
              taken={rows.map(({ id }) => id)}
              keys={keys}
              onClose={() => setEditing(null)}
            />
          )}
        </Card>
        {shown === undefined ? null : <AccountDetail key={shown.id} row={shown} />}
      </div>
    </>
  );
}
