import type { Statement } from 'better-sqlite3';
import { type PaperChange, type PaperStore, StorageError } from '#engine/ports';
import type { Venue } from '#shared/domain/ids';
import { type Fill, fillSchema } from '#shared/domain/order';
import { type PaperBalance, type PaperOrder, paperBalanceSchema, paperOrderSchema } from '#shared/domain/paper';
import { type Connection, checkpoint, openDatabase, storageError } from './sqlite.ts';

const NAME = 'paper venue';
/** ASCII `CBP1`. */
const APPLICATION_ID = 0x43425031;
const PAPER_VERSION = 1;
const SCHEMA = `
CREATE TABLE orders (client_order_id TEXT PRIMARY KEY, account TEXT NOT NULL, venue TEXT NOT NULL, open INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE INDEX orders_open ON orders (account, venue) WHERE open = 1;
CREATE TABLE fills (number INTEGER PRIMARY KEY, client_order_id TEXT NOT NULL, body TEXT NOT NULL) STRICT;
CREATE INDEX fills_order ON fills (client_order_id);
CREATE TABLE balances (account TEXT NOT NULL, venue TEXT NOT NULL, currency TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (account, venue, currency)) STRICT;`;

interface Parser<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

type Reader = Statement<string[], string>;

/** What the simulated venues know, in a file of its own: a crash of the engine does not make a venue forget (PP-1). */
export class SqlitePaperStore implements PaperStore {
  readonly #path: string;
  readonly #database: Connection;
  readonly #write: (change: PaperChange) => void;
  readonly #readers = new Map<string, Reader>();
  #fillCount = 0;

  /** `path` may be `:memory:`. @throws {StorageError} when it cannot be opened for writing; nothing is overwritten. */
  constructor(options: { readonly path: string }) {
    this.#path = options.path;
    this.#database = openDatabase({
      path: options.path,
      name: NAME,
      applicationId: APPLICATION_ID,
      version: PAPER_VERSION,
      schema: SCHEMA,
    });
    const putOrder = this.#database.prepare(
      'INSERT OR REPLACE INTO orders (client_order_id, account, venue, open, body) VALUES (?, ?, ?, ?, ?)',
    );
    const putFill = this.#database.prepare('INSERT INTO fills (client_order_id, body) VALUES (?, ?)');
    const putBalance = this.#database.prepare(
      'INSERT OR REPLACE INTO balances (account, venue, currency, body) VALUES (?, ?, ?, ?)',
    );
    this.#write = this.#database.transaction((change: PaperChange) => {
      for (const order of change.orders ?? []) {
        const open = order.state === 'open' ? 1 : 0;
        putOrder.run(order.clientOrderId, order.account, order.venue, open, JSON.stringify(order));
      }
      for (const fill of change.fills ?? []) putFill.run(fill.clientOrderId, JSON.stringify(fill));
      for (const balance of change.balances ?? []) {
        putBalance.run(balance.account, balance.venue, balance.currency, JSON.stringify(balance));
      }
    });
    this.#fillCount = Number(this.#database.prepare('SELECT count(*) FROM fills').pluck().get());
  }

  commit(change: PaperChange): void {
    this.#guard(() => this.#write(change));
    this.#fillCount += change.fills?.length ?? 0;
  }

  balances(account: string, venue: Venue): readonly PaperBalance[] {
    const sql = 'SELECT body FROM balances WHERE account = ? AND venue = ? ORDER BY currency';
    return this.#bodies(paperBalanceSchema, sql, account, venue);
  }

  openOrders(account: string, venue: Venue): readonly PaperOrder[] {
    const sql = 'SELECT body FROM orders WHERE account = ? AND venue = ? AND open = 1 ORDER BY client_order_id';
    return this.#bodies(paperOrderSchema, sql, account, venue);
  }

  order(clientOrderId: string): { readonly order: PaperOrder; readonly fills: readonly Fill[] } | undefined {
    const sql = 'SELECT body FROM orders WHERE client_order_id = ?';
    const [order] = this.#bodies(paperOrderSchema, sql, clientOrderId);
    if (order === undefined) return undefined;
    const fills = 'SELECT body FROM fills WHERE client_order_id = ? ORDER BY number';
    return { order, fills: this.#bodies(fillSchema, fills, clientOrderId) };
  }

  fillCount(): number {
    return this.#fillCount;
  }

  /** Merges the write-ahead log into the file; call it when nothing is at work. */
  checkpointWhenIdle(): void {
    this.#guard(() => checkpoint(this.#database, 'PASSIVE'));
  }

  /** Closes the file and gives up its lock. */
  close(): void {
    if (this.#database.open) this.#database.close();
  }

  #bodies<T>(schema: Parser<T>, sql: string, ...parameters: readonly string[]): readonly T[] {
    return this.#guard(() =>
      this.#reader(sql)
        .all(...parameters)
        .map((body) => {
          const parsed = schema.safeParse(JSON.parse(String(body)));
          if (parsed.success) return parsed.data;
          throw new StorageError(
            'damaged',
            `The ${NAME} ${this.#path} holds a row it cannot read; it was left as it is.`,
          );
        }),
    );
  }

  /** Prepared once: a paper venue reads its books on every order. */
  #reader(sql: string): Reader {
    let reader = this.#readers.get(sql);
    if (reader === undefined) {
      reader = this.#database.prepare<string[], string>(sql).pluck();
      this.#readers.set(sql, reader);
    }
    return reader;
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storageError(error, NAME, this.#path);
    }
  }
}
