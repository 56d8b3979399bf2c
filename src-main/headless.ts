/** Entry without a desktop: `headless.cjs <command> [flags]`. One command a file in cli/. */
import { join } from 'node:path';
import { EXIT } from './app/start-problem.ts';
import { certify } from './cli/certify.ts';
import { checkFlags } from './cli/check-flags.ts';
import { decode } from './cli/decode.ts';
import { headless } from './cli/headless.ts';
import { record } from './cli/record.ts';
import { replay } from './cli/replay.ts';
import { soak } from './cli/soak.ts';

// Its native part crashes an older Node without a word, so this is said before anything loads it.
const NODE_API_NEEDED = 10;
if (Number(process.versions.napi) < NODE_API_NEEDED) {
  console.error(`Crossbook needs Node 22.12 or newer; this is ${process.versions.node}. Start with npm run headless.`);
  process.exit(EXIT.defect);
}

const COMMANDS = 'headless|replay|record|decode|certify|soak';

/** Time in which whatever is still open after the command's end may close by itself. */
const LINGER_MS = 2000;

const [command, ...args] = process.argv.slice(2);

function run(): Promise<number> | number {
  switch (command) {
    case 'headless':
      return headless(args, join(__dirname, '..'));
    case 'replay':
      return replay(args);
    case 'decode':
      return decode(args);
    case 'record':
      return record(args);
    case 'certify':
      return certify(args);
    case 'soak':
      return soak(args);
    case 'check-flags':
      return checkFlags(args);
    default:
      console.error(`usage: headless.cjs ${COMMANDS} [flags]; --help after the command tells its flags`);
      return EXIT.usage;
  }
}

Promise.resolve(run()).then((exitCode) => {
  process.exitCode = exitCode;
  setTimeout(() => process.exit(), LINGER_MS).unref();
});
