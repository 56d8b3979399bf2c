import { z } from 'zod';
import { type Profile, profileSchema } from '#shared/settings/settings';
import { issueSentence, wholeNumber } from './form-problems.ts';

/** A profile as typed. `pairs` is `all`, or the bases of `pairList`. */
export interface ProfileForm {
  id: string;
  name: string;
  enabled: boolean;
  pairs: string;
  pairList: string;
  intervalS: string;
  maxTradesPerCycle: string;
  cooldownS: string;
  dailyStopPct: string;
}

export const PROFILE_LABELS: Readonly<Record<keyof ProfileForm, string>> = {
  id: 'Profile id',
  name: 'Name',
  enabled: 'Enabled',
  pairs: 'Pairs',
  pairList: 'Base assets',
  intervalS: 'Interval',
  maxTradesPerCycle: 'Max trades per cycle',
  cooldownS: 'Cooldown',
  dailyStopPct: 'Daily stop',
};

/** A new profile starts off, so that saving it trades nothing yet. */
export const NEW_PROFILE: ProfileForm = {
  id: '',
  name: '',
  enabled: false,
  pairs: 'all',
  pairList: '',
  intervalS: '5',
  maxTradesPerCycle: '3',
  cooldownS: '0',
  dailyStopPct: '2',
};

export const profileToForm = (profile: Profile): ProfileForm => ({
  id: profile.id,
  name: profile.name,
  enabled: profile.enabled,
  pairs: profile.pairScope === 'all' ? 'all' : 'list',
  pairList: profile.pairScope === 'all' ? '' : profile.pairScope.join(', '),
  intervalS: String(profile.intervalS),
  maxTradesPerCycle: String(profile.maxTradesPerCycle),
  cooldownS: String(profile.cooldownS),
  dailyStopPct: profile.dailyStopPct,
});

/** `btc, ETH sol` → BTC, ETH, SOL, each once. */
export const basesOf = (text: string): string[] => [
  ...new Set(
    text
      .toUpperCase()
      .split(/[\s,;]+/)
      .filter((base) => base !== ''),
  ),
];

/** Reads the form by the settings' own schema. `taken` are ids a new profile may not have. */
export const profileFormSchema = (taken: readonly string[]) =>
  z
    .object({
      id: z.string(),
      name: z.string(),
      enabled: z.boolean(),
      pairs: z.string(),
      pairList: z.string(),
      intervalS: z.string(),
      maxTradesPerCycle: z.string(),
      cooldownS: z.string(),
      dailyStopPct: z.string(),
    })
    .transform((form, context): Profile => {
      if (taken.includes(form.id)) {
        context.addIssue({ code: 'custom', path: ['id'], message: `Profile id: “${form.id}” is in use.` });
      }
      const read = profileSchema.safeParse({
        id: form.id,
        name: form.name.trim(),
        enabled: form.enabled,
        account: 'paper',
        strategy: 'spread',
        pairScope: form.pairs === 'all' ? 'all' : basesOf(form.pairList),
        intervalS: wholeNumber(form.intervalS),
        maxTradesPerCycle: wholeNumber(form.maxTradesPerCycle),
        cooldownS: wholeNumber(form.cooldownS),
        dailyStopPct: form.dailyStopPct,
      });
      if (read.success) return read.data;
      for (const issue of read.error.issues) {
        const [first] = issue.path;
        const field = (first === 'pairScope' ? 'pairList' : first) as keyof ProfileForm;
        const message =
          field === 'pairList'
            ? 'Base assets: list at least one, such as BTC, ETH.'
            : issueSentence(issue, PROFILE_LABELS[field]);
        context.addIssue({ code: 'custom', path: [field], message });
      }
      return z.NEVER;
    });
