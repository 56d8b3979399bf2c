import type { Keychain } from '#main/storage/vault/keychain';

/** A keychain that turns every byte around, and can be told to refuse or to age. */
export function fakeKeychain(): Keychain & { refuses: boolean; stale: boolean } {
  const turned = (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ 0xff));
  return {
    refuses: false,
    stale: false,
    usable: async () => ({ usable: true, reason: '' }),
    async encrypt(text) {
      if (this.refuses) throw new Error('the keychain is locked');
      return turned(Buffer.from(text, 'utf8'));
    },
    async decrypt(sealed) {
      if (this.refuses) throw new Error('the keychain is locked');
      return { text: turned(sealed).toString('utf8'), stale: this.stale };
    },
  };
}
