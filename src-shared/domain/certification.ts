import { z } from 'zod';
import { FEEDS, feedSchema } from './ids.ts';

/** What a feed is put through; the order of the matrix. */
export const CERTIFICATION_CHECKS = [
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
export type CertificationCheck = (typeof CERTIFICATION_CHECKS)[number];

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
  venues: z.enum(['practice', 'live']),
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
