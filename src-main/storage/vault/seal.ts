import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { z } from 'zod';
import { err, ok, type Result } from '#shared/kernel/result';

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const SALT_BYTES = 16;
/** 128 MB and about half a second a guess: the strongest setting of RFC 7914 that a small machine bears. */
const SCRYPT = { N: 2 ** 17, r: 8, p: 1 } as const;

const base64 = (bytes: number) =>
  z.string().refine((text) => Buffer.from(text, 'base64').length === bytes, `expected ${bytes} bytes of base64`);

const passphraseKeySchema = z.strictObject({
  by: z.literal('passphrase'),
  kdf: z.literal('scrypt'),
  // Bounded: a file from elsewhere must not take this machine's memory, 256 MB at most, or make it compute for hours.
  n: z
    .int()
    .min(2 ** 14)
    .max(2 ** 18)
    .refine((n) => Number.isInteger(Math.log2(n)), 'expected a power of two'),
  r: z.int().min(1).max(8),
  p: z.int().min(1).max(4),
  salt: base64(SALT_BYTES),
});
const keychainKeySchema = z.strictObject({
  by: z.literal('keychain'),
  /** The data key as the keychain encrypted it, base64. */
  wrapped: z.string().min(1).max(8192),
});
export const sealedKeySchema = z.discriminatedUnion('by', [passphraseKeySchema, keychainKeySchema]);
/** How the key of a sealed text is come by. Not secret. */
export type SealedKey = z.infer<typeof sealedKeySchema>;

export const sealedSchema = z.strictObject({
  format: z.enum(['crossbook-vault', 'crossbook-profile']),
  version: z.literal(1),
  key: sealedKeySchema,
  cipher: z.literal('aes-256-gcm'),
  iv: base64(IV_BYTES),
  tag: base64(TAG_BYTES),
  /** Base64 of the encrypted text. */
  data: z.string().max(8 * 1024 * 1024),
});
/** An encrypted text with everything but the secret that opens it. */
export type Sealed = z.infer<typeof sealedSchema>;

/** A data key with how to come by it again. Stays in the main process's memory while the vault is open. */
export interface OpenKey {
  readonly sealed: SealedKey;
  readonly bytes: Buffer;
}

/** A key derived from a passphrase with a salt of its own (RFC 7914). Takes about half a second off the main thread. */
export async function newPassphraseKey(passphrase: string): Promise<OpenKey> {
  const salt = randomBytes(SALT_BYTES);
  const sealed: SealedKey = {
    by: 'passphrase',
    kdf: 'scrypt',
    n: SCRYPT.N,
    r: SCRYPT.r,
    p: SCRYPT.p,
    salt: salt.toString('base64'),
  };
  return { sealed, bytes: await derived(passphrase, sealed) };
}

/** The key that a passphrase gives for a sealed text; whether it is the right one shows on {@link unseal}. */
export async function passphraseKey(
  passphrase: string,
  sealed: Extract<SealedKey, { by: 'passphrase' }>,
): Promise<OpenKey> {
  return { sealed, bytes: await derived(passphrase, sealed) };
}

function derived(passphrase: string, { n, r, p, salt }: Extract<SealedKey, { by: 'passphrase' }>): Promise<Buffer> {
  // The same characters typed on another system must give the same key.
  const text = passphrase.normalize('NFKC');
  return new Promise((resolve, reject) => {
    const options = { N: n, r, p, maxmem: 128 * n * r + 128 * r * p + 32 * 1024 * 1024 };
    scrypt(text, Buffer.from(salt, 'base64'), KEY_BYTES, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

/** Everything but the data is bound into the seal: a changed header does not open. */
const boundText = ({ format, version, key, cipher }: Omit<Sealed, 'iv' | 'tag' | 'data'>): string =>
  JSON.stringify([format, version, key, cipher]);

/** Encrypts with AES-256-GCM under a fresh nonce. */
export function seal(format: Sealed['format'], key: OpenKey, text: string): Sealed {
  const head = { format, version: 1, key: key.sealed, cipher: 'aes-256-gcm' } as const;
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key.bytes, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(boundText(head), 'utf8'));
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return {
    ...head,
    iv: iv.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    data: data.toString('base64'),
  };
}

/** The text again, or an error: the key is not the right one, or something was changed. Which of the two nobody can tell. */
export function unseal(sealed: Sealed, key: OpenKey): Result<string, 'wrong-key-or-changed'> {
  const decipher = createDecipheriv('aes-256-gcm', key.bytes, Buffer.from(sealed.iv, 'base64'), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(boundText(sealed), 'utf8'));
  decipher.setAuthTag(Buffer.from(sealed.tag, 'base64'));
  try {
    const text = Buffer.concat([decipher.update(Buffer.from(sealed.data, 'base64')), decipher.final()]);
    return ok(text.toString('utf8'));
  } catch {
    return err('wrong-key-or-changed');
  }
}

/** A random data key, for a keychain to wrap. */
export const newDataKey = (): Buffer => randomBytes(KEY_BYTES);
export const isDataKey = (bytes: Buffer): boolean => bytes.length === KEY_BYTES;
