import { describe, expect, it } from 'vitest';
import { FEEDS } from '#shared/domain/ids';
import { FAULT_NAMES, faultCommandSchema } from '#shared/domain/practice';
import { practice } from '#support/sample-topics';
import { faultCommand, unavailable } from '../../../src-renderer/panels/practice/fault-form.ts';

const form = { feed: 'okx:perp', fault: 'latency', amount: '', instrument: '' } as const;

describe('[PP-3] the fault form', () => {
  it('left empty it asks for the default, and every fault of every feed is a command the contract knows', () => {
    for (const feed of FEEDS) {
      for (const fault of FAULT_NAMES) {
        const command = faultCommand({ ...form, feed, fault });
        expect(command).toEqual({ ok: true, value: { feed, fault, on: true } });
        if (command.ok) expect(faultCommandSchema.parse(command.value)).toEqual(command.value);
      }
    }
  });

  it('takes an amount and an instrument only where the fault has them', () => {
    const typed = { ...form, amount: ' 250.5 ', instrument: 'BTC-USDT-PERP' };
    expect(faultCommand(typed)).toMatchObject({ value: { amount: 250.5 } });
    expect(faultCommand(typed).ok && faultCommand(typed)).not.toHaveProperty('value.instrument');
    expect(faultCommand({ ...typed, fault: 'halt' })).toEqual({
      ok: true,
      value: { feed: 'okx:perp', fault: 'halt', on: true, instrument: 'BTC-USDT-PERP' },
    });
  });

  it('[UI-8] what is not an amount is said, with its bounds', () => {
    for (const amount of ['soon', '-5', '1e9', '0x10', '1,000']) {
      expect(faultCommand({ ...form, amount }), amount).toMatchObject({
        ok: false,
        error: expect.stringContaining(amount),
      });
    }
    for (const amount of ['0', '86400001']) {
      expect(faultCommand({ ...form, amount }), amount).toMatchObject({
        ok: false,
        error: expect.stringMatching(/more than 0 and at most 86,400,000 ms\.$/),
      });
    }
  });

  it('on real venues there is nothing to switch, and the reason is given', () => {
    expect(unavailable(practice)).toBeNull();
    expect(unavailable({ ...practice, world: 'none' })).toContain('practice venues only');
  });
});
