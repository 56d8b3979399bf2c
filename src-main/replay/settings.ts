import { VENUES } from '#shared/domain/ids';
import type { Settings } from '#shared/settings/settings';
import type { RecordedFolder } from './bars.ts';

/** The settings of a replay: venues the recording has no bars of are switched off, the rest is as given. */
export function settingsOnRecording(settings: Settings, folder: RecordedFolder): Settings {
  const recorded = new Set(folder.instruments.map(({ venue }) => venue));
  const enabled = { ...settings.venueStack.enabled };
  for (const venue of VENUES) if (!recorded.has(venue)) enabled[venue] = false;
  return { ...settings, venueStack: { ...settings.venueStack, enabled } };
}
