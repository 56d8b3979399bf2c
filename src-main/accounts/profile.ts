import { z } from 'zod';
import { newPassphraseKey, passphraseKey, seal, sealedSchema, unseal } from '#main/storage/vault/seal';
import { type Account, accountSchema } from '#shared/domain/account';
import { type Credentials, credentialsSchema } from '#shared/domain/credentials';
import { type KeyRecord, keyRecordSchema } from '#shared/domain/stored-accounts';
import { err, ok, type Result } from '#shared/kernel/result';

const profileSchema = z.strictObject({
  accounts: z.array(accountSchema).max(64),
  keys: z.array(z.strictObject({ record: keyRecordSchema, credentials: credentialsSchema })).max(64),
});

/** Accounts and keys as they travel between two installations: encrypted under a passphrase of their own. */
export interface Profile {
  readonly accounts: readonly Account[];
  readonly keys: readonly { readonly record: KeyRecord; readonly credentials: Credentials }[];
}

/** The text of a file that opens with the passphrase alone. */
export async function sealProfile(profile: Profile, passphrase: string): Promise<string> {
  return `${JSON.stringify(seal('crossbook-profile', await newPassphraseKey(passphrase), JSON.stringify(profile)))}\n`;
}

/** The error says what is wrong without repeating anything of the file. */
export async function openProfile(content: string, passphrase: string): Promise<Result<Profile, string>> {
  let raw: unknown;
  try {
    raw = JSON.parse(content);
  } catch {
    return err('The file is not JSON.');
  }
  const sealed = sealedSchema.safeParse(raw);
  if (!sealed.success || sealed.data.format !== 'crossbook-profile' || sealed.data.key.by !== 'passphrase') {
    return err('The file is not an exported profile of a version this program reads.');
  }
  const text = unseal(sealed.data, await passphraseKey(passphrase, sealed.data.key));
  if (!text.ok) return err('The passphrase is wrong, or the file was changed.');
  try {
    const profile = profileSchema.safeParse(JSON.parse(text.value));
    if (profile.success) return ok(profile.data);
  } catch {
    // As below: it was sealed by a Crossbook, but not by one whose form this version reads.
  }
  return err('The profile opens, but is not in a form this version reads.');
}
