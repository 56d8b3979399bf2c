import { VENUES } from '#shared/domain/ids';
import type { Settings } from '#shared/settings/settings';
import type { RecordedFolder } from './bars.ts';

/** The longest that the settings let an entry rest, s. */
const LONGEST_REST_S = 300;
/** The longest cool-down that the settings allow, s. */
const LONGEST_COOLDOWN_S = 3600;

/**
 * The settings of a replay: venues the recording has no bars of are switched off, and an entry may rest for one bar,
 * because the engine sees nothing between two closes that it could judge it by. For the same reason a coin rests for a
 * bar after a deal: a second one on the same books would be decided on nothing new. The rest is as given.
 */
export function settingsOnRecording(settings: Settings, folder: RecordedFolder): Settings {
  const recorded = new Set(folder.instruments.map(({ venue }) => venue));
  const enabled = { ...settings.venueStack.enabled };
  for (const venue of VENUES) if (!recorded.has(venue)) enabled[venue] = false;
  const restingLifetimeS = String(Math.min(folder.barMs / 1000, LONGEST_REST_S));
  return {
    ...settings,
    venueStack: { ...settings.venueStack, enabled },
    routing: { ...settings.routing, restingLifetimeS },
    profiles: settings.profiles.map((profile) => ({
      ...profile,
      cooldownS: Math.max(profile.cooldownS, Math.min(folder.barMs / 1000, LONGEST_COOLDOWN_S)),
    })),
  };
}
