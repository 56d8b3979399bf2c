import { Button } from '@blueprintjs/core';
import type { Profile } from '#shared/settings/settings';
import { Card } from '../../components/card.tsx';
import { Mark } from '../../components/mark.tsx';
import { ProfitLoss } from '../../components/profit-loss.tsx';
import { TwoStepButton } from '../../components/two-step-button.tsx';
import { useCommand } from '../../components/use-command.ts';
import { count, plain } from '../../format/numbers.ts';
import { PROFILE_STATE_WORDS, profileTone } from '../../format/words.ts';
import { useAppDispatch, useAppSelector } from '../../store/hooks.ts';
import { selectRuntime } from '../../store/selectors.ts';
import { ui } from '../../store/ui.ts';
import { ProfileEditor } from './profile-editor.tsx';

/** PL-4: several at once, each with its own scope, pace and stop; one failing never stops another. */
export function ProfilesCard({ profiles }: { profiles: readonly Profile[] }) {
  const dispatch = useAppDispatch();
  const editing = useAppSelector((state) => state.ui.profileForm);
  const known = editing === '' || profiles.some(({ id }) => id === editing);
  return (
    <Card
      id="auto-profiles"
      title="Profiles"
      aside={<Button size="small" text="Add profile" onClick={() => dispatch(ui.profileFormOpened(''))} />}
    >
      <div className="cb-scroll-x">
        <table className="cb-table">
          <thead>
            <tr>
              <th scope="col">Profile</th>
              <th scope="col">State</th>
              <th scope="col">Pairs</th>
              <th scope="col" className="cb-right">
                Every, s
              </th>
              <th scope="col" className="cb-right">
                Trades/cycle
              </th>
              <th scope="col" className="cb-right">
                Cooldown, s
              </th>
              <th scope="col" className="cb-right">
                Daily stop, %
              </th>
              <th scope="col" className="cb-right">
                Deals
              </th>
              <th scope="col" className="cb-right">
                Today, USD
              </th>
              <th scope="col">
                <span className="cb-hidden">Change</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {profiles.map((profile) => (
              <ProfileRow key={profile.id} profile={profile} only={profiles.length === 1} />
            ))}
          </tbody>
        </table>
      </div>
      {editing === null || !known ? null : (
        <ProfileEditor
          key={editing}
          profile={profiles.find(({ id }) => id === editing) ?? null}
          taken={editing === '' ? profiles.map(({ id }) => id) : []}
        />
      )}
    </Card>
  );
}

function ProfileRow({ profile, only }: { profile: Profile; only: boolean }) {
  const dispatch = useAppDispatch();
  const { run } = useCommand();
  const live = useAppSelector((state) => selectRuntime(state)?.profiles.find(({ id }) => id === profile.id) ?? null);
  return (
    <tr>
      <th scope="row" title={profile.id}>
        {profile.name}
      </th>
      <td title={live?.error ?? undefined}>
        {profile.enabled ? (
          <Mark tone={live === null ? 'quiet' : profileTone(live.state)}>
            {live === null ? 'unknown' : PROFILE_STATE_WORDS[live.state]}
          </Mark>
        ) : (
          <Mark tone="quiet">off</Mark>
        )}
        {live === null || live.error === null ? null : <span className="cb-help cb-tone-bad">{live.error}</span>}
      </td>
      <td>{profile.pairScope === 'all' ? 'all' : profile.pairScope.join(', ')}</td>
      <td className="cb-right cb-num">{profile.intervalS}</td>
      <td className="cb-right cb-num">{profile.maxTradesPerCycle}</td>
      <td className="cb-right cb-num">{profile.cooldownS}</td>
      <td className="cb-right cb-num">{plain(profile.dailyStopPct)}</td>
      <td className="cb-right cb-num">{count(live?.deals ?? null)}</td>
      <td className="cb-right">
        <ProfitLoss value={live?.resultTodayUsd ?? null} />
      </td>
      <td className="cb-row-actions">
        <Button
          size="small"
          text="Edit"
          aria-label={`Edit profile ${profile.name}`}
          onClick={() => dispatch(ui.profileFormOpened(profile.id))}
        />
        <TwoStepButton
          text="Delete…"
          confirm={`Delete ${profile.name}`}
          unless={only ? 'The last profile cannot be deleted; turn it off instead.' : null}
          onConfirm={() => run(`Delete profile ${profile.name}`, 'profile.delete', { id: profile.id })}
        />
      </td>
    </tr>
  );
}
