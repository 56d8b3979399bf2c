import { z } from 'zod';

/** A successful REST answer with rows. https://www.okx.com/docs-v5/en/#overview-rest-authentication */
export const answerOf = <Row extends z.ZodType>(row: Row) => z.object({ code: z.literal('0'), data: z.array(row) });
