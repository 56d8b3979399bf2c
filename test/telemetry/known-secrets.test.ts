import { expect, test } from 'vitest';
import { KnownSecrets } from '#main/telemetry/known-secrets';
import { createLog } from '#main/telemetry/log';
import { Notifications } from '#main/telemetry/notifications';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { SecretSearch } from '#support/secret-search';

const SECRETS = [
  'plain words & “signs”, päss',
  'kX9+/aQm4Tz/+0bW==',
  'a\\back "quoted" tab\tin it',
  'line one of it, long\nline two of it, long',
];

function planted() {
  const secrets = new KnownSecrets();
  const search = new SecretSearch();
  secrets.learn(SECRETS);
  for (const secret of SECRETS) search.plant(secret.slice(0, 5), secret);
  return { secrets, search };
}

test('[SE-1] a secret that was met is taken out of a text however it is written there', () => {
  const { secrets, search } = planted();
  for (const secret of SECRETS) {
    const bytes = Buffer.from(`${'x'.repeat(7)}${secret}yz`);
    const written = [
      secret,
      JSON.stringify({ secret }),
      encodeURIComponent(secret),
      new URLSearchParams({ secret }).toString(),
      ...['base64', 'base64url', 'hex'].flatMap((encoding) =>
        [0, 1, 2].map((from) => bytes.subarray(from).toString(encoding as BufferEncoding)),
      ),
      Buffer.from(secret).toString('hex').toUpperCase(),
    ];
    for (const text of written) {
      expect(search.foundIn(text), text).not.toEqual([]);
      expect(search.foundIn(secrets.clean(`before ${text} after`)), text).toEqual([]);
    }
  }
});

test('[SE-1] what is no secret stays readable, and too short ones blank no words', () => {
  const secrets = new KnownSecrets();
  secrets.learn(['key', '', 'a secret of some length']);
  expect(secrets.clean('the key of kraken is keyed')).toBe('the key of kraken is keyed');
});

test('[SE-1] log and notifications hide a met secret that looks like nothing, before a text is cut', () => {
  const { secrets, search } = planted();
  const clock = new VirtualClock(0);
  const lines: string[] = [];
  const clean = (text: string) => secrets.clean(text);
  const log = createLog({ write: (line: string) => lines.push(line) }, 'info', clock, { clean });
  const notifications = new Notifications(() => undefined, undefined, clean);
  for (const secret of SECRETS) {
    log.write('error', 'defect', `thrown with ${secret}`, { error: new Error(secret), [secret]: [secret] });
    log.write('error', 'long', `${'.'.repeat(3_995)}${secret}`);
    notifications.raise({ kind: 'alarm', condition: secret, text: `failed: ${secret}`, atMs: 0, lasting: false });
  }
  expect(lines).toHaveLength(2 * SECRETS.length);
  expect(search.foundIn(lines.join('\n'))).toEqual([]);
  expect(search.foundIn(JSON.stringify(notifications.list()))).toEqual([]);
  expect(lines.join('\n')).toContain('thrown with [redacted]');
});

test('[SE-1] of very many secrets the ones met last are known', () => {
  const secrets = new KnownSecrets();
  secrets.learn(Array.from({ length: 600 }, (_, index) => `secret number ${index}.`));
  expect(secrets.clean('secret number 599.')).toBe('[redacted]');
  secrets.learn(['secret number 599.', 'the newest of all']);
  expect(secrets.clean('the newest of all; secret number 599.')).toBe('[redacted]; [redacted]');
});
