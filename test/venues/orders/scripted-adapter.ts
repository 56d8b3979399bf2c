import type { VenueFailure } from '#engine/ports';
import type {
  Answer,
  Looked,
  OrderAdapter,
  OrderRef,
  PrivateSink,
  VenueFill,
  VenueOrder,
} from '#main/venues/orders/adapter';
import type { Holding, KeyFinding } from '#shared/domain/account';
import type { OrderIntent } from '#shared/domain/order';
import { err, ok } from '#shared/kernel/result';

export const failure = (kind: VenueFailure['kind'], code = 'CODE', message = 'words'): VenueFailure => ({
  kind,
  code,
  message,
  retryAtMonoMs: null,
});

/** An adapter whose venue the test plays. */
export class ScriptedAdapter implements OrderAdapter {
  readonly created: OrderIntent[] = [];
  readonly cancelled: OrderRef[] = [];
  readonly looked: OrderRef[] = [];
  createWith: (order: OrderIntent) => Promise<Answer<{ readonly venueOrderId: string }>> = ({ clientOrderId }) =>
    Promise.resolve(ok({ venueOrderId: `v-${clientOrderId}` }));
  cancelWith: (order: OrderRef) => Answer<'cancelled' | 'gone'> = () => ok('cancelled');
  lookWith: (order: OrderRef) => Answer<Looked> = () => ok({ kind: 'not-there' });
  fillsWith: (sinceMs: number) => Answer<readonly VenueFill[]> = () => ok([]);
  openWith: () => Answer<readonly VenueOrder[]> = () => ok([]);
  holdingsWith: () => Answer<readonly Holding[]> = () =>
    ok([
      { wallet: 'spot', currency: 'BTC', free: '1.5', locked: '0.5' },
      { wallet: 'funding', currency: 'BTC', free: '0.25', locked: '0' },
    ]);
  findingsWith: () => readonly KeyFinding[] = () => [{ check: 'trade', status: 'pass', cause: 'it can', remedy: '' }];
  /** The sink of the newest stream. */
  sink: PrivateSink | null = null;
  streams = 0;
  deadMan?: NonNullable<OrderAdapter['deadMan']>;

  create(order: OrderIntent): Promise<Answer<{ readonly venueOrderId: string }>> {
    this.created.push(order);
    return this.createWith(order);
  }
  cancel(order: OrderRef): Promise<Answer<'cancelled' | 'gone'>> {
    this.cancelled.push(order);
    return Promise.resolve(this.cancelWith(order));
  }
  cancelAll(): Promise<Answer<{ readonly cancelled: number | null }>> {
    return Promise.resolve(ok({ cancelled: 0 }));
  }
  look(order: OrderRef, _sinceMs: number): Promise<Answer<Looked>> {
    this.looked.push(order);
    return Promise.resolve(this.lookWith(order));
  }
  openOrders(): Promise<Answer<readonly VenueOrder[]>> {
    return Promise.resolve(this.openWith());
  }
  fills(sinceMs: number): Promise<Answer<readonly VenueFill[]>> {
    return Promise.resolve(this.fillsWith(sinceMs));
  }
  holdings(): ReturnType<OrderAdapter['holdings']> {
    return Promise.resolve(this.holdingsWith());
  }
  positions(): ReturnType<OrderAdapter['positions']> {
    return Promise.resolve(err(failure('transient')));
  }
  fees(): ReturnType<OrderAdapter['fees']> {
    return Promise.resolve(ok([]));
  }
  findings(): Promise<readonly KeyFinding[]> {
    return Promise.resolve(this.findingsWith());
  }
  stream(sink: PrivateSink): () => void {
    this.streams += 1;
    this.sink = sink;
    return () => undefined;
  }
}
