import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openConsole, readOrder } from '#main/cli/console';
import { PracticeService } from '#support/practice-service';

describe('console of the running program', () => {
  it.each([
    ['', { kind: 'address' }],
    ['  ', { kind: 'address' }],
    ['help', { kind: 'help' }],
    ['faults', { kind: 'active' }],
    ['faults off', { kind: 'clear' }],
    ['faults list', { kind: 'list' }],
    ['fault kraken:spot silence', { kind: 'fault', command: { feed: 'kraken:spot', fault: 'silence', on: true } }],
    [
      'fault bybit:perp latency 400',
      { kind: 'fault', command: { feed: 'bybit:perp', fault: 'latency', on: true, amount: 400 } },
    ],
    [
      'fault okx:spot halt off btc-usdt',
      { kind: 'fault', command: { feed: 'okx:spot', fault: 'halt', on: false, instrument: 'BTC-USDT' } },
    ],
    [
      'fault okx:perp funding-interval BTC-USDT-PERP 4',
      {
        kind: 'fault',
        command: { feed: 'okx:perp', fault: 'funding-interval', on: true, amount: 4, instrument: 'BTC-USDT-PERP' },
      },
    ],
  ])('reads “%s”', (line, order) => {
    expect(readOrder(line)).toEqual({ ok: true, value: order });
  });

  it.each([
    ['quit', 'quit is no command'],
    ['faults on', 'faults takes nothing, off or list'],
    ['fault kraken silence', 'a feed is one of'],
    ['fault kraken:spot quiet', 'a fault is one of'],
    ['fault kraken:spot latency 1 2', 'at most one amount'],
  ])('[UI-8] says what is wrong with “%s”', (line, words) => {
    const order = readOrder(line);
    expect(order.ok ? '' : order.error).toContain(words);
  });

  describe('typed, seed 3', () => {
    let directory: string;
    let practice: PracticeService;
    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), 'crossbook-console-'));
      practice = new PracticeService(3, directory);
    });
    afterEach(async () => {
      await practice.stop();
      rmSync(directory, { recursive: true, force: true });
    });

    it('[PP-3] switches a fault on and off while the program runs, and says so', async () => {
      const input = new PassThrough();
      const said: string[] = [];
      let addresses = 0;
      const typed = openConsole({
        input,
        service: practice.service,
        say: (text) => said.push(text),
        newAddress: () => {
          addresses += 1;
        },
      });
      const type = async (line: string) => {
        const before = said.length;
        input.write(`${line}\n`);
        await expect.poll(() => said.length).toBe(before + 1);
        return said.at(-1) ?? '';
      };
      expect(await type('fault kraken:spot silence')).toContain('silence is on');
      expect(practice.run.world.faults.active()).toMatchObject([{ feed: 'kraken:spot', fault: 'silence' }]);
      expect(await type('faults')).toBe('kraken:spot silence');
      expect(await type('fault kraken:spot silence off')).toContain('is off');
      expect(await type('fault kraken:spot bad-checksum 7')).toContain('takes no amount');
      expect(await type('fault bybit:spot latency 250')).toContain('250');
      await type('faults off');
      expect(await type('faults')).toBe('No fault is on.');
      expect(await type('faults list')).toContain('reconnect-storm');
      input.write('\n');
      await expect.poll(() => addresses).toBe(1);
      typed.stop();
    });
  });
});
