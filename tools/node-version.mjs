// Runs on any Node that can read modules, so that an old one gets a sentence instead of a stack trace.

const LEAST = [22, 12];

/** Ends the process with one line when this Node is too old for Crossbook. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) return;
  console.error(
    `Crossbook needs Node ${LEAST.join('.')} or newer; this is ${process.versions.node}. ` +
      'On Linux x64 npm ci installs one: start with npm start or npm run.',
  );
  process.exit(1);
}
