import { describe, expect, test } from 'vitest';
import { decimal, wire } from '#shared/money/decimal';
import type { BrokerCase } from './broker-case.ts';

/** Margin after a deadline at which absence counts, in venues that enforce one and in others, ms. */
const AFTER_DEADLINE_MS = { enforced: 3_000, not: 132_000 } as const;

/** PP-3: what goes wrong between an order and its answer, on the stream, and at the venue's door. */
export function describeFaults(on: BrokerCase): void {
  describe('doubt', () => {
    for (const fault of ['accept-then-5xx', 'accept-then-silence'] as const) {
      test(`[EX-3] [EX-4] ${fault}: in doubt, found by asking, sent once`, async () => {
        const h = await on.ready();
        h.fault(fault);
        const order = h.order();
        expect((await on.submit(h, order)).kind).toBe('in-doubt');
        expect(h.wire.leaving(order.clientOrderId)).toBe(1);
        expect((await on.submit(h, order)).kind).toBe('in-doubt');
        expect(h.wire.leaving(order.clientOrderId)).toBe(1);
        expect((await on.truth(h, order)).state).toBe('open');
        await h.run(60_000);
        expect(on.atVenue(h, order.clientOrderId)).toHaveLength(1);
      });
    }

    test('[EX-4] what never was is not absent before its deadline has passed, and absent after', async () => {
      const h = await on.ready();
      const order = h.order();
      expect((await on.query(h, order)).kind).toBe('unknown');
      await h.run(
        3_000 +
          (on.capabilities.leastDeadlineS ?? 0) * 1_000 +
          AFTER_DEADLINE_MS[on.capabilities.createDeadline ? 'enforced' : 'not'],
      );
      expect((await on.query(h, order)).kind).toBe('absent');
    });

    test('[EX-4] a read that failed resolves nothing', async () => {
      const h = await on.ready();
      const order = h.order();
      await h.run(140_000);
      h.fault('server-errors');
      expect((await on.query(h, order)).kind).toBe('unknown');
      h.fault('server-errors', false);
      await h.run(5_000);
      expect((await on.query(h, order)).kind).toBe('absent');
    });

    test('[EX-3] a refusal in the venue’s own words is definite and keeps them', async () => {
      const h = await on.ready();
      h.fault('reject-orders');
      const order = h.order();
      const outcome = await on.submit(h, order);
      if (outcome.kind !== 'rejected') throw new Error(JSON.stringify(outcome));
      expect(outcome.code).not.toBe('');
      expect(outcome.message).not.toBe('');
      expect(on.atVenue(h, order.clientOrderId).every(({ state }) => state === 'rejected')).toBe(true);
    });

    test('[EX-6] a status nobody knows is told as unknown, and what follows as what it is', async () => {
      const h = await on.ready();
      h.fault('unknown-status');
      const order = h.order();
      await on.submit(h, order);
      await h.until('the unknown status', () => h.statesOf(order.clientOrderId).includes('unknown'), 60_000);
      await h.run(2_000);
      expect((await on.truth(h, order)).state).toBe('open');
    });
  });

  describe('private stream', () => {
    for (const fault of ['duplicate-events', 'reorder-events'] as const) {
      test(`[EX-5] ${fault}: each execution is told once`, async () => {
        const h = await on.ready();
        h.fault(fault);
        for (let count = 0; count < 4; count += 1) {
          const order = h.order({ kind: 'ioc', price: h.through('buy'), purpose: 'hedge' });
          await on.accepted(h, order);
          await h.until('filled', () => h.filledOf(order.clientOrderId) === order.quantity, 90_000);
        }
        await h.run(40_000);
        const fills = h.events.flatMap((event) => (event.kind === 'fill' ? [event.fill.tradeId] : []));
        expect(new Set(fills).size).toBe(fills.length);
        expect(fills).toHaveLength(h.account.fills(h.feed).length);
      });
    }

    test('[EX-5] a stream that has gone quiet is found out, and what it kept back is told', async () => {
      const h = await on.ready();
      h.fault('silent-private');
      const order = h.order({ kind: 'ioc', price: h.through('buy'), purpose: 'hedge' });
      await on.submit(h, order);
      await h.until('told all the same', () => h.filledOf(order.clientOrderId) === order.quantity, 180_000);
    });

    test('[EX-5] what happened while it was away is told once it is back; no entry is sent meanwhile', async () => {
      const h = await on.ready();
      const [entry, hedge] = [h.order(), h.order({ kind: 'ioc', price: h.through('buy'), purpose: 'hedge' })];
      h.fault('refuse-connections');
      await h.until('lost', () => h.broker.state().stream === 'lost');
      expect(await on.submit(h, { ...entry, createBeforeMs: h.clock.wallMs() + 3_000 })).toMatchObject({
        kind: 'rejected',
        code: 'STREAM_LOST',
      });
      await on.accepted(h, { ...hedge, createBeforeMs: h.clock.wallMs() + 3_000 });
      await h.run(1_000);
      h.fault('refuse-connections', false);
      await h.until('live', () => h.broker.state().stream === 'live', 120_000);
      await h.until('told', () => h.filledOf(hedge.clientOrderId) === hedge.quantity, 60_000);
      expect(h.fillsOf(hedge.clientOrderId)).toHaveLength(new Set(h.fillsOf(hedge.clientOrderId)).size);
    });

    test('[EX-4] every cancel and end is told, also after a new start over the same account', async () => {
      const h = await on.ready();
      const order = h.order();
      await on.accepted(h, order);
      // What another program of the same key does to it.
      for (const there of on.atVenue(h, order.clientOrderId)) h.account.cancel(there);
      await on.ended(h, order);
      expect(h.statesOf(order.clientOrderId)).toContain('cancelled');
    });
  });

  describe('the venue’s door', () => {
    test('[EX-3] rate limit: no create is sent twice, reads are held back, afterwards all goes on', async () => {
      const h = await on.ready();
      h.fault('rate-limit');
      const order = h.order();
      const outcome = await on.submit(h, order);
      expect(outcome.kind).not.toBe('accepted');
      expect(h.wire.leaving(order.clientOrderId)).toBe(1);
      h.fault('rate-limit', false);
      await h.run(120_000);
      await on.accepted(h, h.order());
      expect(on.atVenue(h, order.clientOrderId)).toEqual([]);
    });

    test('[EX-3] a ban: cancels go as soon as they may, reads fail without leaving', async () => {
      const h = await on.ready();
      const order = h.order();
      await on.accepted(h, order);
      h.fault('ban');
      const banned = await h.settled(h.broker.holdings(), 120_000);
      const kind = on.subject.ban ?? 'rate-limit';
      expect(banned.ok ? null : banned.error.kind).toBe(kind);
      const before = h.wire.requests.length;
      const held = await h.settled(h.broker.holdings());
      expect(held.ok ? null : held.error.kind).toBe(kind);
      if (kind === 'rate-limit') expect(h.wire.requests).toHaveLength(before);
      h.fault('ban', false);
      expect(await on.cancel(h, order)).toBe('cancelled');
    }, 60_000);

    test('[EX-3] maintenance: nothing is created, the key is not blamed, afterwards all goes on', async () => {
      const h = await on.ready();
      h.fault('maintenance');
      const order = h.order();
      expect((await on.submit(h, order)).kind).not.toBe('accepted');
      expect(h.broker.state().kind).not.toBe('blocked');
      h.fault('maintenance', false);
      await h.run(90_000);
      expect(on.atVenue(h, order.clientOrderId)).toEqual([]);
      await on.accepted(h, h.order());
    });

    test('[MD-6] the venue’s clock is ahead: measured, and signed by', async () => {
      const h = await on.ready();
      h.fault('clock-skew');
      await h.until('measured', () => Math.abs((h.sink.skews.at(-1)?.skewMs ?? 0) - 3_000) < 1_500, 600_000);
      await h.until('ready', () => h.broker.state().kind === 'ready' && h.broker.state().stream === 'live', 600_000);
      await on.accepted(h, h.order());
    });

    test('[AC-1] a key that is revoked while running stops the account with its reason; cancels are still tried', async () => {
      const h = await on.ready();
      const order = h.order();
      await on.accepted(h, order);
      h.fault('revoke-keys');
      expect((await on.submit(h, h.order())).kind).not.toBe('accepted');
      await h.until('blocked', () => h.broker.state().kind === 'blocked', 60_000);
      expect(h.broker.state().reason).not.toBe('');
      const before = h.wire.requests.length;
      expect(await on.submit(h, h.order())).toMatchObject({ kind: 'rejected', code: 'ACCOUNT_BLOCKED' });
      expect(h.wire.requests).toHaveLength(before);
      expect(await on.cancel(h, order)).toBe('in-doubt');
      expect(h.wire.requests.length).toBeGreaterThan(before);
      h.fault('revoke-keys', false);
      await h.settled(h.broker.checkKey());
      await h.until('ready', () => h.broker.state().kind === 'ready', 120_000);
      await on.accepted(h, h.order());
    });
  });

  describe('what the venue does', () => {
    test.runIf(on.perp)('[EX-15] auto-deleveraging and liquidation are told', async () => {
      const h = await on.ready();
      await on.bought(h);
      const actions: string[] = [];
      h.broker.onVenueAction(({ kind, quantity }) => actions.push(`${kind} ${wire(decimal(quantity))}`));
      h.fault('auto-deleverage');
      await h.until('told', () => actions.some((text) => text.startsWith('auto-deleveraging')), 120_000);
      h.fault('liquidate');
      await h.until('told', () => actions.some((text) => text.startsWith('liquidation')), 120_000);
    });
  });
}
