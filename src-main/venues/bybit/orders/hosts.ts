import { hostsAt } from '../../test-networks.ts';

/**
 * REST and stream of an entity: an account of Bybit EU is known on its own hosts alone.
 * https://bybit-exchange.github.io/docs/v5/guide#authentication
 */
export function bybitHosts(entity: string): readonly string[] | undefined {
  switch (entity) {
    case 'eu':
      return ['api.bybit.eu', 'stream.bybit.eu'];
    default:
      return hostsAt('bybit', entity, ['api.bybit.com', 'stream.bybit.com']);
  }
}
