import type { Engine } from '#engine/engine';
import { StorageError } from '#engine/ports';
import type { AccountDesk } from '#main/accounts/account-desk';
import type { Notifications } from '#main/telemetry/notifications';
import type { CommandInput, CommandName, CommandOutput, Failure } from '#shared/contract/contract';
import { VENUES } from '#shared/domain/ids';
import { err, ok, type Result } from '#shared/kernel/result';
import { DEFAULT_LIMITS, LIMIT_NAMES, type LimitName } from '#shared/settings/limits';
import type { Settings } from '#shared/settings/settings';
import { ACCOUNT_HANDLERS } from './account-commands.ts';
import { deadlineNote } from './deadline-note.ts';
import { faultText, type PracticeControl } from './practice-control.ts';
import type { SettingsHolder } from './settings-holder.ts';

export interface CommandContext {
  readonly engine: Engine;
  readonly settings: SettingsHolder;
  readonly notifications: Notifications;
  readonly practice: PracticeControl | null;
  readonly accounts: AccountDesk;
}

type Answer<N extends CommandName> = Result<CommandOutput<N>, Failure>;
type Handlers = {
  readonly [N in CommandName]: (context: CommandContext, input: CommandInput<N>) => Answer<N> | Promise<Answer<N>>;
};

const refused = (message: string, remedy: string): Failure => ({
  code: 'refused',
  message,
  kept: 'Nothing was changed.',
  remedy,
  fields: [],
});

const liveVenues = refused(
  'The venues are the real ones: faults exist on practice venues only.',
  'Start Crossbook with --venues practice to try them.',
);

const save = (context: CommandContext, next: Settings, text: string): Result<{ text: string }, Failure> => {
  const saved = context.settings.change(next);
  return saved.ok ? ok({ text }) : saved;
};

const isLimit = (name: string): name is LimitName => (LIMIT_NAMES as readonly string[]).includes(name);

/** What a person in front of the window may order. Each handler is one sentence of what it does to the engine. */
export const COMMAND_HANDLERS: Handlers = {
  ...ACCOUNT_HANDLERS,
  'auto.start': ({ engine }) => {
    const kill = engine.kill.state();
    if (kill.engaged) {
      return err(
        refused(
          `The kill switch is engaged: ${kill.reason ?? 'no reason was given'}.`,
          'Re-arm it first, then start Auto mode.',
        ),
      );
    }
    try {
      engine.setAuto('running');
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      return err({ ...refused(error.message, 'Free space on the disk, then start again.'), code: 'storage' });
    }
    return ok({ text: 'Auto mode is running.' });
  },
  'auto.pause': ({ engine }) => {
    engine.setAuto('paused');
    return ok({ text: 'Auto mode is paused: no new entries; open deals are hedged and finished.' });
  },
  'auto.stop': ({ engine }) => {
    engine.setAuto('stopped');
    return ok({ text: 'Auto mode is stopped: no new entries; open deals are hedged and finished.' });
  },
  'kill.engage': ({ engine }, { level, reason }) => ok(engine.engageKill(level, 'a person at the window', reason)),
  'kill.rearm': ({ engine }) => {
    if (!engine.kill.engaged()) return ok({ text: 'The kill switch was not engaged.' });
    engine.rearm('a person at the window');
    return ok({ text: 'The kill switch is re-armed. Auto mode stays as it was left.' });
  },
  'limits.set': (context, { limits }) => {
    const unknown = Object.keys(limits).filter((name) => !isLimit(name));
    if (unknown.length > 0) {
      return err({
        ...refused(`There is no limit named ${unknown.join(', ')}.`, 'Use the names of the limits table.'),
        code: 'invalid-input',
      });
    }
    const now = context.settings.current();
    const changed = Object.keys(limits).length;
    const next = { ...now, limits: { ...now.limits, ...limits } };
    const note = limits.ackDeadlineS === undefined ? '' : deadlineNote(Number(limits.ackDeadlineS));
    return save(
      context,
      next,
      `${changed} ${changed === 1 ? 'limit' : 'limits'} saved.${note === '' ? '' : ` ${note}`}`,
    );
  },
  'limits.reset': (context) =>
    save(context, { ...context.settings.current(), limits: DEFAULT_LIMITS }, 'All limits are at their defaults.'),
  'routing.set': (context, routing) =>
    save(context, { ...context.settings.current(), routing }, 'Routing policy saved.'),
  'stack.set': (context, venueStack) => {
    if (VENUES.every((venue) => !venueStack.enabled[venue])) {
      return err(refused('At least one venue must stay enabled.', 'Enable a venue, or stop Auto mode instead.'));
    }
    return save(context, { ...context.settings.current(), venueStack }, 'Venue stack saved.');
  },
  'budget.set': (context, { mode }) =>
    save(context, { ...context.settings.current(), budgetMode: mode }, 'Budget mode saved.'),
  'theme.set': (context, { theme }) => save(context, { ...context.settings.current(), theme }, 'Theme saved.'),
  'profile.save': (context, profile) => {
    const now = context.settings.current();
    const known = now.profiles.some((other) => other.id === profile.id);
    const profiles = known
      ? now.profiles.map((other) => (other.id === profile.id ? profile : other))
      : [...now.profiles, profile];
    return save(context, { ...now, profiles }, `Profile “${profile.name}” saved.`);
  },
  'profile.delete': (context, { id }) => {
    const now = context.settings.current();
    const profile = now.profiles.find((other) => other.id === id);
    if (profile === undefined) {
      return err({ ...refused(`There is no profile “${id}”.`, 'Choose one of the list.'), code: 'not-found' });
    }
    if (now.profiles.length === 1) {
      return err(refused('The last profile cannot be deleted.', 'Disable it, or add another one first.'));
    }
    const open = context.engine.portfolio.openDeals().filter((deal) => deal.profile === id).length;
    if (open > 0) {
      return err(
        refused(`“${profile.name}” still has ${open} open deals.`, 'Disable it and delete it when they are closed.'),
      );
    }
    const profiles = now.profiles.filter((other) => other.id !== id);
    return save(context, { ...now, profiles }, `Profile “${profile.name}” deleted.`);
  },
  'pair.confirm': ({ engine }, { buy, sell }) => {
    const confirmed = engine.confirmPair(buy, sell);
    return confirmed.ok
      ? ok({ text: `${buy} and ${sell} are confirmed as one asset; a new implausible edge sets them aside again.` })
      : err(refused(confirmed.error, 'Choose two listings of one coin.'));
  },
  'deal.flatten': ({ engine }, { id }) => {
    const result = engine.flatten(id);
    return result.ok
      ? ok({ text: `Deal ${id} is being taken back to its allocation.` })
      : err(refused(result.error, 'Look at the deal’s state; a closed deal has nothing to flatten.'));
  },
  'practice.fault': ({ practice }, command) => {
    if (practice === null) return err(liveVenues);
    const applied = practice.apply(command);
    return applied.ok
      ? ok({ text: faultText(command, applied.value) })
      : err(refused(`It does not fit: ${applied.error}.`, 'Choose a feed, instrument and amount that it fits.'));
  },
  'practice.clear': ({ practice }) => {
    if (practice === null) return err(liveVenues);
    const { active } = practice.state();
    practice.clear();
    return ok({ text: active.length === 0 ? 'No fault was on.' : 'Every fault is off.' });
  },
  'notification.acknowledge': ({ notifications }, { id }) =>
    notifications.acknowledge(id)
      ? ok({ text: 'Acknowledged. The condition itself may still stand.' })
      : err({ ...refused('That notification is no longer listed.', 'Nothing needs to be done.'), code: 'not-found' }),
};
