/** "server_time - recv_window <= timestamp < server_time + 1000". https://bybit-exchange.github.io/docs/v5/guide#parameters */
export const BYBIT_SIGNING_WINDOW_MS = 5_000;
