import type { TradingStatus } from '#shared/domain/listing';

/** https://developers.binance.com/docs/binance-spot-api-docs/enums#symbol-status-status */
export function symbolStatus(status: string): TradingStatus {
  switch (status) {
    case 'TRADING':
      return 'normal';
    case 'AUCTION_MATCH':
      return 'auction';
    case 'END_OF_DAY':
    case 'HALT':
    case 'BREAK':
    case 'PRE_TRADING':
    case 'POST_TRADING':
      return 'halted';
    default:
      return 'unknown';
  }
}

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/common-definition: contract status. */
export function contractStatus(status: string): TradingStatus {
  switch (status) {
    case 'TRADING':
      return 'normal';
    case 'PENDING_TRADING':
      return 'halted';
    case 'PRE_DELIVERING':
    case 'DELIVERING':
    case 'DELIVERED':
    case 'PRE_SETTLE':
    case 'SETTLING':
    case 'CLOSE':
      return 'delisted';
    default:
      return 'unknown';
  }
}
