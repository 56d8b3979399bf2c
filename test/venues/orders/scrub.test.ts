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
