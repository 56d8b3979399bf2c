/**
 * So many at once and no more. Who finds no place waits until one may be free and looks again; whoever was woken takes a
 * place or passes the word on, so that nobody sleeps beside a free one.
 */
export class Places {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  get anyFree(): boolean {
    return this.#free > 0;
  }

  take(): void {
    this.#free -= 1;
  }

  leave(): void {
    this.#free += 1;
    this.wakeNext();
  }

  mayBeFree(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  wakeNext(): void {
    this.#waiting.shift()?.();
  }

  wakeAll(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
