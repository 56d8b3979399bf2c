import { describe, expect, it } from 'vitest';
import { LIMIT_NAMES } from '#shared/settings/limits';
import { DEFAULT_SETTINGS, type Profile } from '#shared/settings/settings';
import { wholeNumber } from '../../../src-renderer/panels/auto-mode/form-problems.ts';
import { LIMIT_GROUPS } from '../../../src-renderer/panels/auto-mode/limit-groups.ts';
import {
  basesOf,
  NEW_PROFILE,
  profileFormSchema,
  profileToForm,
} from '../../../src-renderer/panels/auto-mode/profile-form.ts';
import { routingFormSchema, routingToForm } from '../../../src-renderer/panels/auto-mode/routing-form.ts';
import { stackFormSchema, stackToForm } from '../../../src-renderer/panels/auto-mode/stack-form.ts';

const messages = (result: {
  success: boolean;
  error?: { issues: { path: PropertyKey[]; message: string }[] } | undefined;
}) => Object.fromEntries((result.error?.issues ?? []).map((issue) => [String(issue.path[0]), issue.message]));

describe('limits', () => {
  it('[RK-3] every limit stands in exactly one group', () => {
    const shown = LIMIT_GROUPS.flatMap(({ names }) => names);
    expect(shown.toSorted()).toEqual(LIMIT_NAMES.toSorted());
  });
});

describe('routing form', () => {
  const form = routingToForm(DEFAULT_SETTINGS.routing);

  it('gives back what it was made from', () => {
    expect(routingFormSchema.parse(form)).toEqual(DEFAULT_SETTINGS.routing);
  });

  it('[RK-3] takes the bounds written beside the fields and names them beyond', () => {
    for (const [restingLifetimeS, amendsPerMinute] of [
      ['1', '1'],
      ['300', '60'],
    ] as const) {
      expect(routingFormSchema.safeParse({ ...form, restingLifetimeS, amendsPerMinute }).success).toBe(true);
    }
    const over = routingFormSchema.safeParse({ ...form, restingLifetimeS: '301', amendsPerMinute: '61' });
    expect(messages(over)).toEqual({
      restingLifetimeS: 'Resting lifetime: 301 is above the hard maximum of 300.',
      amendsPerMinute: 'Amends per minute: above the hard maximum of 60.',
    });
    const under = routingFormSchema.safeParse({ ...form, restingLifetimeS: '0', amendsPerMinute: '1.5' });
    expect(messages(under)).toEqual({
      restingLifetimeS: 'Resting lifetime: 0 is below the hard minimum of 1.',
      amendsPerMinute: 'Amends per minute: not a whole number.',
    });
  });
});

describe('venue stack form', () => {
  it('[RO-5] gives back what it was made from, chosen or not', () => {
    const stack = { ...DEFAULT_SETTINGS.venueStack, anchor: 'kraken' as const };
    expect(stackFormSchema.parse(stackToForm(stack))).toEqual(stack);
    expect(stackFormSchema.parse(stackToForm(DEFAULT_SETTINGS.venueStack))).toEqual(DEFAULT_SETTINGS.venueStack);
  });

  it('refuses a venue that does not exist', () => {
    const form = { ...stackToForm(DEFAULT_SETTINGS.venueStack), anchor: 'ftx' };
    expect(stackFormSchema.safeParse(form).success).toBe(false);
  });
});

describe('profile form', () => {
  const schema = profileFormSchema(['default']);
  const good = { ...NEW_PROFILE, id: 'btc-only', name: 'BTC only', pairs: 'list', pairList: 'btc, eth' };

  it('[PL-4] reads a profile and gives it back', () => {
    const profile: Profile = schema.parse(good);
    expect(profile).toMatchObject({ id: 'btc-only', pairScope: ['BTC', 'ETH'], enabled: false, account: 'paper' });
    expect(profileFormSchema([]).parse(profileToForm(profile))).toEqual(profile);
  });

  it.each([
    ['id', { id: 'Bad Id' }, 'use 1 to 24'],
    ['id', { id: 'default' }, 'in use'],
    ['name', { name: '   ' }, 'below the hard minimum of 1 characters'],
    ['pairList', { pairList: '' }, 'at least one'],
    ['intervalS', { intervalS: '241' }, 'above the hard maximum of 240'],
    ['intervalS', { intervalS: 'soon' }, 'not a whole number'],
    ['maxTradesPerCycle', { maxTradesPerCycle: '0' }, 'below the hard minimum of 1'],
    ['cooldownS', { cooldownS: '3601' }, 'above the hard maximum of 3600'],
    ['dailyStopPct', { dailyStopPct: '10.1' }, 'above the hard maximum of 10'],
    ['dailyStopPct', { dailyStopPct: '' }, 'not a number'],
  ])('[UI-8] says at %s what is wrong with %o', (field, change, sentence) => {
    const found = messages(schema.safeParse({ ...good, ...change }));
    expect(Object.keys(found)).toEqual([field]);
    expect(found[field]).toContain(sentence);
  });

  it('reads lists of bases as people type them', () => {
    expect(basesOf(' btc,ETH;sol  btc ')).toEqual(['BTC', 'ETH', 'SOL']);
    expect([wholeNumber(' 12 '), wholeNumber('1e3'), wholeNumber('')]).toEqual([12, Number.NaN, Number.NaN]);
  });
});
