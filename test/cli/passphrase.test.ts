import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import {
  askPassphrase,
  PASSPHRASE_VARIABLE,
  passphraseFrom,
  type Terminal,
  takePassphrase,
} from '#main/cli/passphrase';

/** A terminal in front of which the test sits. Outside of raw mode it would show what is typed. */
class FakeTerminal extends EventEmitter {
  isTTY = true;
  raw = false;
  flowing = false;
  readonly modes: boolean[] = [];
  shown = '';

  setRawMode(raw: boolean): this {
    this.raw = raw;
    this.modes.push(raw);
    return this;
  }
  setEncoding(): this {
    return this;
  }
  resume(): this {
    this.flowing = true;
    return this;
  }
  pause(): this {
    this.flowing = false;
    return this;
  }
  say = (text: string): void => {
    this.shown += text;
  };
  type(text: string): void {
    if (!this.raw) this.shown += text;
    this.emit('data', text);
  }
}

const terminalOf = (fake: FakeTerminal): Terminal => fake;

test('[SE-1] what is typed is not shown, and the terminal is as before afterwards', async () => {
  const fake = new FakeTerminal();
  const asked = askPassphrase(terminalOf(fake), fake.say, 'Passphrase: ');
  for (const part of ['open se', 'x', '\u007f', 'same', '\r']) fake.type(part);
  expect(await asked).toEqual({ ok: true, value: 'open sesame' });
  expect(fake.shown).toBe('Passphrase: \n');
  expect(fake.modes).toEqual([true, false]);
  expect(fake.flowing).toBe(false);
  expect(fake.listenerCount('data') + fake.listenerCount('end')).toBe(0);
});

test('[SE-1] arrows are no characters, a correction takes a whole one, Ctrl+U all', async () => {
  const fake = new FakeTerminal();
  const asked = askPassphrase(terminalOf(fake), fake.say, '');
  for (const part of ['wrong one', '\u0015', 'right\u001b[D\u001b[1;5C\u001bOA', ' 🔑🔑', '\b', '\n']) fake.type(part);
  expect(await asked).toEqual({ ok: true, value: 'right 🔑' });
});

test.each([
  ['Ctrl+C', (fake: FakeTerminal) => fake.type('half\u0003')],
  ['Ctrl+D', (fake: FakeTerminal) => fake.type('\u0004')],
  ['a terminal that is gone', (fake: FakeTerminal) => fake.emit('end')],
] as const)('[SE-1] %s gives up', async (_what, act) => {
  const fake = new FakeTerminal();
  const asked = askPassphrase(terminalOf(fake), fake.say, '');
  act(fake);
  expect(await asked).toEqual({ ok: false, error: 'given-up' });
  expect(fake.raw).toBe(false);
});

test('[SE-1] the environment’s is taken out of it, and nobody is asked', async () => {
  const environment = { [PASSPHRASE_VARIABLE]: 'from the environment', HOME: '/h' };
  const fake = new FakeTerminal();
  const source = { environment, terminal: terminalOf(fake), say: fake.say, wanted: () => true };
  expect(await passphraseFrom(source)).toEqual({ ok: true, value: 'from the environment' });
  expect(environment).toEqual({ HOME: '/h' });
  expect(fake.shown).toBe('');
  expect(takePassphrase({ [PASSPHRASE_VARIABLE]: '' })).toBeUndefined();
});

test('[SE-1] a person at a terminal is asked once where there is a vault to open; Enter alone leaves it locked', async () => {
  for (const [typed, value] of [
    ['mine, of course', 'mine, of course'],
    ['', undefined],
  ] as const) {
    const fake = new FakeTerminal();
    const asked = passphraseFrom({ environment: {}, terminal: terminalOf(fake), say: fake.say, wanted: () => true });
    fake.type(`${typed}\r`);
    expect(await asked).toEqual({ ok: true, value });
    expect(fake.shown).toContain('Passphrase of the vault');
    if (typed !== '') expect(fake.shown).not.toContain(typed);
  }
});

test('[SE-1] nobody is asked without a terminal, or without a vault that a passphrase opens', async () => {
  for (const [isTTY, wanted] of [
    [false, true],
    [true, false],
  ] as const) {
    const fake = Object.assign(new FakeTerminal(), { isTTY });
    const source = { environment: {}, terminal: terminalOf(fake), say: fake.say, wanted: () => wanted };
    expect(await passphraseFrom(source)).toEqual({ ok: true, value: undefined });
    expect(fake.shown).toBe('');
    expect(fake.modes).toEqual([]);
  }
});
