import { createPrivateKey } from 'node:crypto';
import { z } from 'zod';
import { type Credentials, KEY_TERMS, type KeyKind } from '#shared/domain/credentials';
import { entityOf } from '#shared/domain/entities';
import { err, ok, type Result } from '#shared/kernel/result';

/** What is wrong with a field; `path` is the field's name, as the form has it. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/**
 * The fields of a key, trimmed and checked as far as they can be without asking the venue. Messages never repeat a value.
 */
export function readCredentials(
  kind: KeyKind,
  entity: string,
  given: Credentials,
): Result<Credentials, readonly FieldProblem[]> {
  const terms = KEY_TERMS[kind];
  const problems: FieldProblem[] = [];
  if (entityOf(terms.venue, entity) === undefined) {
    problems.push({ path: 'entity', message: `${terms.name} has no entity “${entity}”.` });
  }
  const read: Record<string, string> = {};
  for (const { name, label } of terms.fields) {
    // Copied from a web page a key often brings blanks and line ends along; none of them has any inside but a PEM.
    const value = name === 'privateKey' ? pemOf(given[name] ?? '') : (given[name] ?? '').trim();
    read[name] = value;
    if (value === '') problems.push({ path: name, message: `${label} is missing.` });
    else if (name !== 'privateKey' && name !== 'passphrase' && /\s/.test(value)) {
      problems.push({ path: name, message: `${label} has a blank or a line end inside.` });
    }
  }
  for (const name of Object.keys(given)) {
    if (!terms.fields.some((field) => field.name === name)) {
      problems.push({ path: name, message: `${terms.name} has no field “${name}”.` });
    }
  }
  if (problems.length === 0) problems.push(...shapeProblems(kind, read));
  return problems.length === 0 ? ok(read) : err(problems);
}

function shapeProblems(kind: KeyKind, read: Credentials): readonly FieldProblem[] {
  switch (kind) {
    case 'coinbase':
      return [
        ...(/^organizations\/[0-9a-f-]{36}\/apiKeys\/[0-9a-f-]{36}$/i.test(read.keyName ?? '')
          ? []
          : [{ path: 'keyName', message: 'Key name must read organizations/…/apiKeys/….' }]),
        ...curveProblem(read.privateKey ?? ''),
      ];
    case 'kraken':
    case 'kraken-futures':
      return isBase64(read.secret ?? '') ? [] : [{ path: 'secret', message: 'Private key must be base64 text.' }];
    default:
      return [];
  }
}

function curveProblem(pem: string): readonly FieldProblem[] {
  const wrong = (message: string) => [{ path: 'privateKey', message }];
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return wrong('Ed25519 keys do not work here: create an ECDSA key.');
    if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
      return wrong('EC private key must be on the curve P-256.');
    }
    return [];
  } catch {
    return wrong('EC private key must be a whole PEM, from BEGIN to END.');
  }
}

const isBase64 = (text: string): boolean =>
  /^[A-Za-z0-9+/]+={0,2}$/.test(text) && text.length % 4 === 0 && text.length >= 16;

/** A PEM as it should be: Coinbase's file has `\n` as two characters, a form may have lost its line ends. */
function pemOf(text: string): string {
  const lines = text.replaceAll('\\n', '\n').trim();
  const flat = /^(-----BEGIN [A-Z ]+-----)\s*([A-Za-z0-9+/=\s]+?)\s*(-----END [A-Z ]+-----)$/.exec(lines);
  if (flat === null) return lines;
  const body = (flat[2] ?? '').replaceAll(/\s+/g, '');
  return `${flat[1]}\n${(body.match(/.{1,64}/g) ?? []).join('\n')}\n${flat[3]}\n`;
}

const coinbaseFileSchema = z.object({ name: z.string().max(512), privateKey: z.string().max(4096) });

/** The fields in the JSON file that Coinbase hands out with a key. The error never repeats the file. */
export function credentialsOfFile(kind: KeyKind, json: string): Result<Credentials, string> {
  if (!KEY_TERMS[kind].importsJson) return err(`${KEY_TERMS[kind].name} hands out no key file; type the fields.`);
  let raw: unknown;
  try {
    raw = JSON.parse(json);
  } catch {
    return err('The file is not JSON.');
  }
  const parsed = coinbaseFileSchema.safeParse(raw);
  if (!parsed.success) return err('The file has no “name” and “privateKey”; download it again from Coinbase.');
  return ok({ keyName: parsed.data.name, privateKey: parsed.data.privateKey });
}

/** What the venue tells a key by. */
export const publicId = (kind: KeyKind, credentials: Credentials): string | undefined =>
  kind === 'coinbase' ? credentials.keyName?.split('/').at(-1) : credentials.apiKey;

/** The public part with all but its ends hidden: enough for a person to tell two keys apart. */
export function maskedId(kind: KeyKind, credentials: Credentials): string {
  const id = publicId(kind, credentials) ?? '';
  return id.length < 12 ? '••••' : `${id.slice(0, 4)}…${id.slice(-4)}`;
}
