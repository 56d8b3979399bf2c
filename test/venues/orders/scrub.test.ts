import { expect, test } from 'vitest';
import { Scrubber } from '#main/venues/orders/scrub';

const PEM =
  '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIB0123456789abcdefghijklmnopqrstuvwxyz\nAAAABBBBCCCCDDDDEEEE\n-----END EC PRIVATE KEY-----\n';

test('[SE-1] a key’s own fields are hidden in every form: plain, in a URL, in JSON, line by line', () => {
  const scrubber = new Scrubber({ apiKey: 'key+with/signs=', secret: 'se"cret value', privateKey: PEM });
  const text = [
    'key+with/signs=',
    encodeURIComponent('key+with/signs='),
    'se"cret value',
    JSON.stringify({ secret: 'se"cret value' }),
    PEM,
    JSON.stringify(PEM),
    'MHcCAQEEIB0123456789abcdefghijklmnopqrstuvwxyz',
  ].join(' | ');
  const clean = scrubber.clean(text);
  for (const secret of ['key+with', 'key%2Bwith', 'cret value', 'MHcCAQ', 'AAAABBBB'])
    expect(clean).not.toContain(secret);
});

test('[SE-1] signatures, tokens and listen keys are hidden by their shape', () => {
  const scrubber = new Scrubber({});
  const token = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJrZXkifQ.c2lnbmF0dXJl';
  const clean = scrubber.clean(
    `GET /x?symbol=BTCUSDT&signature=abcdef012345&recvWindow=1 Authorization: Bearer ${token} {"listenKey":"lk123456","sign":"s1g"}`,
  );
  for (const secret of ['abcdef012345', token, 'lk123456', 's1g']) expect(clean).not.toContain(secret);
  expect(clean).toContain('symbol=BTCUSDT');
  expect(clean).toContain('recvWindow=1');
});

test('[SE-1] what is learned while a key is used is hidden from then on', () => {
  const scrubber = new Scrubber({});
  expect(scrubber.clean('wss://host/ws/pqia91ma19a5s61cv6a8')).toContain('pqia91ma19');
  scrubber.learn('pqia91ma19a5s61cv6a8');
  expect(scrubber.clean('wss://host/ws/pqia91ma19a5s61cv6a8')).not.toContain('pqia91ma19');
});

test('ordinary words are left alone', () => {
  const text = 'Order price is out of permissible range (110003): sell 0.5 BTCUSDT at 90000.10, the signal is assigned';
  expect(new Scrubber({ apiKey: 'abc', secret: '' }).clean(text)).toBe(text);
});

test('[SE-1] a key’s own fields are hidden in base64 and hex, and where the text was cut in the middle of one', () => {
  const secret = 'Zr8wQm2kLp5vXc9nTb4y';
  const scrubber = new Scrubber({ secret });
  for (const text of [Buffer.from(`id:${secret}:x`).toString('base64'), Buffer.from(secret).toString('hex')]) {
    expect(scrubber.clean(text)).toContain('[hidden]');
  }
  for (let length = 6; length < secret.length; length += 1) {
    expect(scrubber.clean(`refused: ${secret.slice(0, length)}`)).toBe('refused: [hidden]');
  }
  expect(scrubber.clean('refused: Zr8w')).toBe('refused: Zr8w');
});

test('[SE-1] what a request was signed with is hidden while an answer may repeat it', () => {
  const scrubber = new Scrubber({ secret: 'the-secret-itself' });
  const signature = 'c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71';
  scrubber.signed({
    method: 'GET',
    url: `https://api.binance.com/api/v3/account?timestamp=1499827319559&signature=${signature}`,
    headers: {
      'API-Sign': 'kraken+signature/in+base64==',
      Authorization: 'Bearer opaque-token-of-a-day',
      accept: 'json',
    },
    body: undefined,
    timeoutMs: 1,
  });
  const clean = scrubber.clean(
    `invalid ${signature}, ${encodeURIComponent('kraken+signature/in+base64==')}, opaque-token-of-a-day at 1499827319559`,
  );
  expect(clean).toBe('invalid [hidden], [hidden], [hidden] at 1499827319559');
});

test('[SE-1] hundreds of signatures do not push out what was learned', () => {
  const scrubber = new Scrubber({});
  scrubber.learn('pqia91ma19a5s61cv6a8');
  for (let index = 0; index < 500; index += 1) {
    const headers = { sign: `a signature of its own ${index}` };
    scrubber.signed({ method: 'GET', url: 'https://api.bybit.com/', headers, body: undefined, timeoutMs: 1 });
  }
  expect(scrubber.clean('wss://host/ws/pqia91ma19a5s61cv6a8')).toBe('wss://host/ws/[hidden]');
});
