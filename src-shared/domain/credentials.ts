import { z } from 'zod';
import { type FeedId, type Venue, venueOf } from './ids.ts';

/** SE-1: the kinds of key there are; Kraken's spot and futures keys are two. */
export const KEY_KINDS = ['binance', 'coinbase', 'bybit', 'okx', 'kraken', 'kraken-futures'] as const;
export const keyKindSchema = z.enum(KEY_KINDS);
export type KeyKind = z.infer<typeof keyKindSchema>;

export interface CredentialField {
  readonly name: 'apiKey' | 'secret' | 'passphrase' | 'keyName' | 'privateKey';
  readonly label: string;
  /** Never shown again once saved; the others are shown masked. */
  readonly secret: boolean;
  readonly lines: number;
  readonly hint: string;
}

interface KeyTerms {
  readonly venue: Venue;
  readonly name: string;
  /** Feeds whose signed calls it serves. */
  readonly feeds: readonly FeedId[];
  readonly fields: readonly CredentialField[];
  /** The venue hands its keys out as a JSON file that can be read. */
  readonly importsJson: boolean;
}

const API_KEY: CredentialField = { name: 'apiKey', label: 'API key', secret: false, lines: 1, hint: '' };
const SECRET: CredentialField = { name: 'secret', label: 'Secret', secret: true, lines: 1, hint: '' };

/** Which fields a venue wants; the window draws its form from this (panels: the venue decides the fields). */
export const KEY_TERMS: Readonly<Record<KeyKind, KeyTerms>> = {
  binance: {
    venue: 'binance',
    name: 'Binance',
    feeds: ['binance:spot', 'binance:perp'],
    fields: [API_KEY, { ...SECRET, hint: 'HMAC secret, shown once when the key was made' }],
    importsJson: false,
  },
  coinbase: {
    venue: 'coinbase',
    name: 'Coinbase (CDP key)',
    feeds: ['coinbase:spot', 'coinbase:perp'],
    fields: [
      { name: 'keyName', label: 'Key name', secret: false, lines: 1, hint: 'organizations/…/apiKeys/…' },
      {
        name: 'privateKey',
        label: 'EC private key',
        secret: true,
        lines: 5,
        hint: 'PEM, ES256; Ed25519 keys do not work',
      },
    ],
    importsJson: true,
  },
  bybit: {
    venue: 'bybit',
    name: 'Bybit',
    feeds: ['bybit:spot', 'bybit:perp'],
    fields: [API_KEY, { ...SECRET, hint: 'HMAC secret of a system-generated key' }],
    importsJson: false,
  },
  okx: {
    venue: 'okx',
    name: 'OKX',
    feeds: ['okx:spot', 'okx:perp'],
    fields: [
      API_KEY,
      SECRET,
      { name: 'passphrase', label: 'Passphrase', secret: true, lines: 1, hint: 'The one chosen when the key was made' },
    ],
    importsJson: false,
  },
  kraken: {
    venue: 'kraken',
    name: 'Kraken spot',
    feeds: ['kraken:spot'],
    fields: [API_KEY, { ...SECRET, label: 'Private key', hint: 'Base64' }],
    importsJson: false,
  },
  'kraken-futures': {
    venue: 'kraken',
    name: 'Kraken Futures',
    feeds: ['kraken:perp'],
    fields: [API_KEY, { ...SECRET, label: 'Private key', hint: 'Base64' }],
    importsJson: false,
  },
};

export const keyKindOf = (feed: FeedId): KeyKind =>
  feed === 'kraken:perp' ? 'kraken-futures' : (venueOf(feed) as Exclude<KeyKind, 'kraken-futures'>);

/** The values of a key's fields, as a person typed them. Lives in the main process alone (SE-1). */
export const credentialsSchema = z.partialRecord(
  z.enum(['apiKey', 'secret', 'passphrase', 'keyName', 'privateKey']),
  z.string().max(4096),
);
export type Credentials = Readonly<z.infer<typeof credentialsSchema>>;
