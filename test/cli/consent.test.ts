import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { consentOn } from '#main/cli/consent';

function terminal() {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let interrupts = 0;
  let shown = '';
  output.on('data', (chunk: Buffer) => {
    shown += chunk.toString('utf8');
  });
  const interrupted = () => {
    interrupts += 1;
  };
  const consent = consentOn({ input, output, interrupted });
  return { input, consent, shown: () => shown, interrupts: () => interrupts };
}

test('only “yes” allows an order, and what is asked is shown first', async () => {
  for (const [typed, allowed] of [
    ['yes', true],
    ['y', false],
    ['', false],
    ['YES please', false],
    ['no', false],
  ] as const) {
    const { input, consent, shown } = terminal();
    const answer = consent.order('post-only: buy 0.001 BTC of XBTUSD, limit 95000');
    input.write(`${typed}\n`);
    expect(await answer, typed).toBe(allowed);
    expect(shown()).toContain('buy 0.001 BTC of XBTUSD');
  }
});

test('the plan is shown whole before it is asked about', async () => {
  const { input, consent, shown } = terminal();
  const answer = consent.plan(['Orders on the real Kraken spot, host api.kraken.com.', '  1. market-path']);
  input.write('yes\n');
  expect(await answer).toBe(true);
  expect(shown()).toContain('host api.kraken.com.\n  1. market-path\n');
});

test('the end of the input, and Ctrl+C, allow nothing', async () => {
  const ended = terminal();
  const unanswered = ended.consent.order('x');
  ended.input.end();
  expect(await unanswered).toBe(false);
  const broken = terminal();
  const stopped = broken.consent.order('x');
  broken.input.write('\u0003');
  expect(await stopped).toBe(false);
  expect(broken.interrupts()).toBe(1);
});
