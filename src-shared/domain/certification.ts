import { z } from 'zod';
import { FEEDS, feedSchema } from './ids.ts';

/** What is looked at without a key; the order of the matrix. */
export const PUBLIC_CHECKS = [
  'catalogue',
  'server-time',
  'ticker',
  'candles',
  'book-snapshot',
  'book-stream',
  'sequence',
  'checksum',
  'trades',
  'funding',
  'reconnect',
  'rate-limit',
] as const;
export type PublicCheck = (typeof PUBLIC_CHECKS)[number];

/** What is looked at with a key, by orders of the smallest size; `closed-out` undoes them, whatever came before. */
export const PRIVATE_CHECKS = [
  'authentication',
  'permissions',
  'precision-refusals',
  'market-path',
  'post-only',
  'ioc',
  'reduce-only',
  'resident-stop',
  'client-id-query',
  'cancel-idempotent',
  'partial-fill',
  'fills-deduplicated',
  'dead-man',
  'private-stream',
  'order-rate-limit',
  'transient-fault',
  'private-disconnect',
  'closed-out',
] as const;
export type PrivateCheck = (typeof PRIVATE_CHECKS)[number];

/** What a feed is put through; the order of the matrix. */
export const CERTIFICATION_CHECKS = [...PUBLIC_CHECKS, ...PRIVATE_CHECKS] as const;
export type CertificationCheck = (typeof CERTIFICATION_CHECKS)[number];

/** `public` needs no key; `private` sends orders. */
export const CERTIFICATION_HALVES = ['public', 'private'] as const;
export type CertificationHalf = (typeof CERTIFICATION_HALVES)[number];
export const checksOf = (half: CertificationHalf): readonly CertificationCheck[] =>
  half === 'public' ? PUBLIC_CHECKS : PRIVATE_CHECKS;

export const checkResultSchema = z.object({
  status: z.enum(['PASS', 'FAIL', 'NOT SUPPORTED']),
  /** How long the check took, ms; `null` for what was not tried. */
  ms: z.number().nullable(),
  detail: z.string(),
});
export type CheckResult = z.infer<typeof checkResultSchema>;

/** `PASS`: no check failed; `PARTIAL`: some feeds passed whole, others not; `FAIL`: none did. */
export const certificationReportSchema = z.object({
  verdict: z.enum(['PASS', 'PARTIAL', 'FAIL']),
  venues: z.enum(['practice', 'live', 'testnet']),
  /** Which test network it was; of no other venues. */
  network: z.string().optional(),
  /** What was looked at; a report from before there were two halves has the public one. */
  halves: z.array(z.enum(CERTIFICATION_HALVES)).min(1).default(['public']),
  startedAtMs: z.number(),
  tookMs: z.number(),
  version: z.string(),
  feeds: z.partialRecord(feedSchema, z.partialRecord(z.enum(CERTIFICATION_CHECKS), checkResultSchema)),
});
export type CertificationReport = z.infer<typeof certificationReportSchema>;

/** The verdict of a finished matrix. A feed that was not tried at all counts as failed. */
export function verdictOf(
  feeds: CertificationReport['feeds'],
  asked: readonly (typeof FEEDS)[number][] = FEEDS,
): CertificationReport['verdict'] {
  const passed = asked.filter((feed) => {
    const checks = Object.values(feeds[feed] ?? {});
    return checks.length > 0 && checks.every((check) => check?.status !== 'FAIL');
  });
  if (passed.length === asked.length && asked.length > 0) return 'PASS';
  return passed.length > 0 ? 'PARTIAL' : 'FAIL';
}
