import { createInterface } from 'node:readline/promises';

/** What a person types to allow something; anything else refuses it. */
const YES = 'yes';

export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** The person pressed Ctrl+C at the question. */
  readonly interrupted: () => void;
}

/** Asks on the terminal about everything that may be sent, and again about each order. */
export function consentOn(terminal: Terminal) {
  const ask = async (question: string): Promise<boolean> => {
    const line = createInterface({ input: terminal.input, output: terminal.output, terminal: true });
    const gone = new AbortController();
    line.on('SIGINT', () => {
      terminal.interrupted();
      gone.abort();
    });
    line.on('close', () => gone.abort());
    try {
      return (await line.question(question, { signal: gone.signal })).trim() === YES;
    } catch {
      // Ctrl+C, or the end of the input: nobody allowed it.
      return false;
    } finally {
      line.close();
    }
  };
  return {
    plan: (lines: readonly string[]): Promise<boolean> => {
      terminal.output.write(`\n${lines.join('\n')}\n`);
      return ask(`Type ${YES} to go on; anything else sends nothing: `);
    },
    order: (text: string): Promise<boolean> => ask(`${text}\n  Type ${YES} to send it: `),
  };
}
