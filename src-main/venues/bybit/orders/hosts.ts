/**
 * REST and stream of an entity: an account of Bybit EU is known on its own hosts alone.
 * https://bybit-exchange.github.io/docs/v5/guide#authentication
 */
export function bybitHosts(entity: string): readonly [rest: string, stream: string] | undefined {
  switch (entity) {
    case 'global':
      return ['api.bybit.com', 'stream.bybit.com'];
    case 'eu':
      return ['api.bybit.eu', 'stream.bybit.eu'];
    default:
      return undefined;
  }
}
