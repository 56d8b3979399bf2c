import type { z } from 'zod';
import { err, ok } from '#shared/kernel/result';
import type { AdapterContext, Answer, SignedCall } from '../../orders/adapter.ts';

const TIMEOUT_MS = 5_000;
/** More pages than any account of ours has: a cursor that never ends. */
const MAX_PAGES = 200;

type Fields = Readonly<Record<string, unknown>>;

/** A question of Bybit. */
export const readCall = (
  endpoint: string,
  method: string,
  params: Fields,
  urgency: SignedCall['urgency'] = 'read',
): SignedCall => ({ endpoint, method, params, urgency, weight: 1, timeoutMs: TIMEOUT_MS, kind: 'read' });

/** A signed call of Bybit whose answer must have the shape that decides. */
export class BybitCalls {
  readonly #context: AdapterContext;

  constructor(context: AdapterContext) {
    this.#context = context;
  }

  read<Shape extends z.ZodType>(
    endpoint: string,
    method: string,
    params: Fields,
    shape: Shape,
    urgency: SignedCall['urgency'] = 'read',
  ): Promise<Answer<z.output<Shape>>> {
    return this.send(readCall(endpoint, method, params, urgency), shape);
  }

  async send<Shape extends z.ZodType>(call: SignedCall, shape: Shape): Promise<Answer<z.output<Shape>>> {
    const answer = await this.#context.caller.call(call);
    if (!answer.ok) return answer;
    const read = shape.safeParse(answer.value);
    if (read.success) return ok(read.data);
    const at = read.error.issues[0]?.path.join('.') ?? '';
    return err({
      kind: 'in-doubt',
      code: 'UNREADABLE',
      message: `${call.endpoint}: the answer cannot be read${at === '' ? '' : ` at ${at}`}`,
      retryAtMonoMs: null,
    });
  }

  /** Every row over all pages. */
  async pages<Row>(
    endpoint: string,
    method: string,
    params: Fields,
    shape: z.ZodType<{
      readonly result: { readonly list: readonly Row[]; readonly nextPageCursor?: string | undefined };
    }>,
    urgency: SignedCall['urgency'] = 'read',
  ): Promise<Answer<readonly Row[]>> {
    const rows: Row[] = [];
    let cursor = '';
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const answer = await this.read(endpoint, method, cursor === '' ? params : { ...params, cursor }, shape, urgency);
      if (!answer.ok) return answer;
      const { list, nextPageCursor = '' } = answer.value.result;
      rows.push(...list);
      if (nextPageCursor === '' || nextPageCursor === cursor || list.length === 0) return ok(rows);
      cursor = nextPageCursor;
    }
    return err({ kind: 'in-doubt', code: 'PAGES', message: `${endpoint}: pages without an end`, retryAtMonoMs: null });
  }
}
