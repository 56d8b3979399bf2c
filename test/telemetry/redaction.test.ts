import { describe, expect, test } from 'vitest';
import { REDACTED, redact, redactText } from '#main/telemetry/redaction';

/** Made up, in the shape each venue gives. */
const SECRETS = {
  binance: 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j',
  okxSecret: '6C1B59E3D8F24A7780A9C53BE1D2F446',
  krakenSecret: 'kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==',
  jwt: 'eyJhbGciOiJFUzI1NiIsImtpZCI6ImEifQ.eyJzdWIiOiJvcmdhbml6YXRpb25zIn0.c2lnbmF0dXJlLWJ5dGVz',
  pem: '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIBkg4LVWM9nuwNSk3yByxZpYRTBnVJk5GkMYGLW0oAoGCCqGSM49\n-----END EC PRIVATE KEY-----',
  keyName: 'organizations/0d2f1b1c-1111-4222-8333-944455556666/apiKeys/0d2f1b1c-1111-4222-8333-944455556666',
};

describe('[SE-1] redaction', () => {
  test.each(Object.entries(SECRETS))('%s is hidden inside a sentence, a list and a nested field', (_name, secret) => {
    const text = JSON.stringify([
      redactText(`venue refused ${secret} at once`),
      redact({ list: [`x ${secret}`], deep: { innocent: secret } }),
      redact(new Error(`bad key ${secret}`)),
    ]);
    for (const part of secret.split(/\s+/)) expect(text).not.toContain(part.slice(0, 24));
    expect(text).toContain('venue refused ');
  });

  test.each([
    'apiKey',
    'API-KEY',
    'api_secret',
    'passphrase',
    'OK-ACCESS-SIGN',
    'X-MBX-APIKEY',
    'Cookie',
    'set-cookie',
    'authorization',
    'token',
    'accessToken',
    'privateKey',
    'password',
    'key',
    'sign',
    'listenKey',
  ])('a field called %s is hidden whatever it holds', (name) => {
    expect(redact({ [name]: 'abc' })).toEqual({ [name]: REDACTED });
    expect(redact({ outer: { [name]: { part: 'abc' } } })).toEqual({ outer: { [name]: REDACTED } });
    expect(redact({ [name]: null })).toEqual({ [name]: null });
  });

  test.each([
    ['GET /api?symbol=BTCUSDT&signature=abc123&timestamp=1', 'abc123', 'timestamp=1'],
    ['{"apiKey":"k-1","symbol":"BTC"}', 'k-1', '"symbol":"BTC"'],
    ['Authorization: Bearer abcdefgh12', 'abcdefgh12', 'Authorization'],
    ['opened http://127.0.0.1:1/?token=one-time', 'one-time', 'http://127.0.0.1:1/'],
    ['-----BEGIN PRIVATE KEY-----\\nMIGHAgEAM cut off here', 'MIGHAgEAM', ''],
  ])('%s', (text, secret, kept) => {
    expect(redactText(text)).not.toContain(secret);
    expect(redactText(text)).toContain(kept);
  });

  test.each([
    'kraken:spot|BTC-USD',
    'default/kraken:spot|BTC-USD>coinbase:spot|BTC-USDC',
    'at commit (/home/someone/crossbook2/src-main/engine/market/order-book.ts:120:9)',
    '2023-03-01_07-spot-1m/candles.csv.gz',
    '0.00000000000000000000000000000000000012345678901234567890',
    'divergence-too-young: age 12 ms is under the least of 50 ms',
    'wss://ws-feed.exchange.example.com/market-data/v2/level2/BTC-USD/and/a/long/path3',
  ])('what is no secret stays: %s', (text) => {
    expect(redactText(text)).toBe(text);
    expect(redact({ text })).toEqual({ text });
  });

  test('cycles, depth, long lists, bytes and functions do not break it', () => {
    const looped: Record<string, unknown> = { bytes: new Uint8Array(5), run: () => 1, many: Array(150).fill(1) };
    looped.self = looped;
    const safe = redact(looped) as Record<string, unknown>;
    expect(safe.self).toBe('[circular]');
    expect(safe.bytes).toBe('[5 bytes]');
    expect(safe.run).toBe('[function]');
    expect(safe.many).toHaveLength(101);
  });

  test('errors keep what they say and their cause', () => {
    const safe = redact(new Error('outer', { cause: new Error('inner') })) as Record<string, unknown>;
    expect(safe.message).toBe('outer');
    expect((safe.cause as Record<string, unknown>).message).toBe('inner');
    expect(safe.stack).toContain('redaction.test');
  });
});
