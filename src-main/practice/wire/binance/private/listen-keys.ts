import type { Random } from '#shared/kernel/random';
import type { Cancel, Clock } from '#shared/kernel/time';
import type { ExchangeAccount } from '../../../exchange/types.ts';
import { json } from '../../http.ts';
import { failed } from '../answers.ts';
import type { AccountCalls } from './calls.ts';

const LIFE_MS = 3_600_000;
const LENGTH = 64;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

interface Issued {
  readonly listenKey: string;
  readonly account: ExchangeAccount;
  /** Of the key it was issued for: it opens sockets there alone. */
  readonly entity: string;
  cancel: Cancel;
}

/**
 * The keys of account streams: an hour's life, prolonged by asking; asking for one that lives gives it again
 * (https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams).
 */
export class ListenKeys {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #byKey = new Map<string, Issued>();
  readonly #ended: (listenKey: string) => void;

  /** `ended`: a key ran out or was given back. */
  constructor(clock: Clock, random: Random, ended: (listenKey: string) => void) {
    this.#clock = clock;
    this.#random = random;
    this.#ended = ended;
  }

  accountOf(listenKey: string, entity: string | undefined): ExchangeAccount | undefined {
    const issued = this.#byKey.get(listenKey);
    return issued?.entity === entity ? issued?.account : undefined;
  }

  /** Its endpoints, for the desk that lets requests in. */
  calls(): AccountCalls {
    const terms = { weight: 1, need: 'stream', what: 'read' } as const;
    const path = '/fapi/v1/listenKey';
    return {
      [`POST ${path}`]: {
        ...terms,
        work: ({ account, entity }) => {
          const issued = this.#of(account) ?? this.#issue(account, entity);
          this.#prolong(issued);
          return json(200, { listenKey: issued.listenKey });
        },
      },
      [`PUT ${path}`]: {
        ...terms,
        work: ({ account }) => {
          const issued = this.#of(account);
          if (issued === undefined) return failed(400, -1125, 'This listenKey does not exist.');
          this.#prolong(issued);
          return json(200, { listenKey: issued.listenKey });
        },
      },
      [`DELETE ${path}`]: {
        ...terms,
        work: ({ account }) => {
          const issued = this.#of(account);
          if (issued !== undefined) this.#end(issued);
          return json(200, {});
        },
      },
    };
  }

  #of(account: ExchangeAccount): Issued | undefined {
    return [...this.#byKey.values()].find((issued) => issued.account === account);
  }

  #issue(account: ExchangeAccount, entity: string): Issued {
    let listenKey = '';
    while (listenKey.length < LENGTH) listenKey += ALPHABET[Math.floor(this.#random.next() * ALPHABET.length)];
    const issued = { listenKey, account, entity, cancel: () => {} };
    this.#byKey.set(listenKey, issued);
    return issued;
  }

  #prolong(issued: Issued): void {
    issued.cancel();
    issued.cancel = this.#clock.after(LIFE_MS, () => this.#end(issued));
  }

  #end(issued: Issued): void {
    issued.cancel();
    this.#byKey.delete(issued.listenKey);
    this.#ended(issued.listenKey);
  }
}
