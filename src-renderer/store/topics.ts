import type { AccountRow, KeyRow, VaultState } from '#shared/contract/accounts';
import type { Performance, QuoteRow, Runtime, Status } from '#shared/contract/rows';
import type { Deal } from '#shared/domain/deal';
import type { FeedState } from '#shared/domain/market';
import type { Candidate } from '#shared/domain/plan';
import type { PracticeState } from '#shared/domain/practice';
import type { Notification } from '#shared/domain/safety';
import type { Settings } from '#shared/settings/settings';
import { rowsTopic } from './topic-rows.ts';
import { valueTopic } from './topic-value.ts';

/** The window's replica of every topic of the contract. */
export const status = valueTopic<Status>('status');
export const runtime = valueTopic<Runtime>('runtime');
export const performanceTopic = valueTopic<Performance>('performance');
export const settings = valueTopic<Settings>('settings');
export const practice = valueTopic<PracticeState>('practice');
export const feeds = rowsTopic<FeedState>('feeds', (row) => row.feed);
export const quotes = rowsTopic<QuoteRow>('quotes', (row) => row.listing);
export const candidates = rowsTopic<Candidate>('candidates', (row) => row.key);
export const deals = rowsTopic<Deal>('deals', (row) => row.id);
export const vault = valueTopic<VaultState>('vault');
export const accounts = rowsTopic<AccountRow>('accounts', (row) => row.id);
export const keys = rowsTopic<KeyRow>('keys', (row) => row.id);
export const notifications = rowsTopic<Notification>('notifications', (row) => row.id);
