import { createInterface } from 'node:readline';
import type { ContractService } from '#shared/contract/service';
import { FEEDS, type FeedId } from '#shared/domain/ids';
import { FAULT_NAMES, type FaultCommand, type FaultName, faultTerms } from '#shared/domain/practice';
import { err, ok, type Result } from '#shared/kernel/result';

const HELP = [
  'fault FEED NAME [AMOUNT] [INSTRUMENT]   e.g. fault kraken:spot silence, fault bybit:perp latency 400',
  'fault FEED NAME off [INSTRUMENT]        ends a fault that stays on',
  'faults                                  what is on',
  'faults off                              switches everything off',
  'faults list                             every fault there is',
  'Enter                                   a new address for the browser',
].join('\n');

/** What a typed line asks for. */
export type ConsoleOrder =
  | { readonly kind: 'address' | 'help' | 'active' | 'clear' | 'list' }
  | { readonly kind: 'fault'; readonly command: FaultCommand };

/** Reads one line of the running program's console; the error says what was expected. */
export function readOrder(line: string): Result<ConsoleOrder, string> {
  const words = line.trim().split(/\s+/);
  const [first = '', second] = words;
  if (first === '') return ok({ kind: 'address' });
  if (first === 'help') return ok({ kind: 'help' });
  if (first === 'faults') {
    if (second === undefined) return ok({ kind: 'active' });
    if (second === 'off') return ok({ kind: 'clear' });
    return second === 'list' ? ok({ kind: 'list' }) : err(`faults takes nothing, off or list, not ${second}`);
  }
  return first === 'fault' ? readFault(words.slice(1)) : err(`${first} is no command; type help`);
}

function readFault([feedWord, nameWord, ...rest]: readonly string[]): Result<ConsoleOrder, string> {
  const feed = FEEDS.find((one): one is FeedId => one === feedWord);
  if (feed === undefined) return err(`a feed is one of ${FEEDS.join(', ')}`);
  const fault = FAULT_NAMES.find((one): one is FaultName => one === nameWord);
  if (fault === undefined) return err(`a fault is one of ${FAULT_NAMES.join(', ')}`);
  const on = rest[0] !== 'off';
  const left = on ? rest : rest.slice(1);
  const amounts = left.filter((word) => /^\d+(\.\d+)?$/.test(word));
  const names = left.filter((word) => !amounts.includes(word));
  if (amounts.length > 1 || names.length > 1) return err('at most one amount and one instrument');
  const [amount] = amounts;
  const [instrument] = names;
  const command: FaultCommand = {
    feed,
    fault,
    on,
    ...(amount === undefined ? {} : { amount: Number(amount) }),
    ...(instrument === undefined ? {} : { instrument: instrument.toUpperCase() }),
  };
  return ok({ kind: 'fault', command });
}

export interface ConsoleOptions {
  readonly input: NodeJS.ReadableStream;
  readonly service: ContractService;
  readonly say: (text: string) => void;
  readonly newAddress: () => void;
}

/** Carries out what is typed into the running program, line by line (PP-3). */
export function openConsole({ input, service, say, newAddress }: ConsoleOptions): { stop(): void } {
  const lines = createInterface({ input });
  lines.on('line', (line) => {
    void obey(line, service, newAddress).then((text) => {
      if (text !== '') say(text);
    });
  });
  return { stop: () => lines.close() };
}

async function obey(line: string, service: ContractService, newAddress: () => void): Promise<string> {
  const order = readOrder(line);
  if (!order.ok) return order.error;
  switch (order.value.kind) {
    case 'address':
      newAddress();
      return '';
    case 'help':
      return HELP;
    case 'list':
      return FAULT_NAMES.map((name) => `${name.padEnd(22)}${faultTerms(name).text}`).join('\n');
    case 'active':
      return activeText(service);
    case 'clear': {
      const cleared = await service.command('practice.clear', {});
      return cleared.ok ? cleared.value.text : `${cleared.error.message} ${cleared.error.remedy}`;
    }
    case 'fault': {
      const done = await service.command('practice.fault', order.value.command);
      return done.ok ? done.value.text : `${done.error.message} ${done.error.remedy}`;
    }
  }
}

function activeText(service: ContractService): string {
  const { active, note, world } = service.value('practice');
  if (world === 'none') return note;
  if (active.length === 0) return 'No fault is on.';
  return active
    .map(({ feed, fault, amount, instrument }) =>
      [feed, fault, amount === null ? '' : String(amount), instrument ?? ''].filter((part) => part !== '').join(' '),
    )
    .join('\n');
}
