/**
 * Switches that belong to Chromium, Electron or a test driver: they share the command line with ours and are theirs to
 * judge. Anything else that is not a flag of ours is an error.
 */
const RUNTIME_SWITCHES =
  /^(--(no-sandbox|no-zygote|in-process-gpu|inspect(-brk)?|lang|class|js-flags|user-data-dir|password-store|original-process-start-time)(=.*)?$|--(remote-debugging|enable|disable|force|ozone|use|allow|gpu|log|proxy|trace|high-dpi)-|-psn_)/;

/**
 * Our part of a desktop process's arguments. `argv` is the whole of `process.argv`; when a development Electron runs the
 * project, `appPathGiven`, its first plain argument is the project's folder.
 */
export function ownArguments(argv: readonly string[], appPathGiven: boolean): string[] {
  const ours = argv.slice(1).filter((argument) => !RUNTIME_SWITCHES.test(argument));
  const appPath = appPathGiven ? ours.findIndex((argument) => !argument.startsWith('-')) : -1;
  return ours.filter((_argument, index) => index !== appPath);
}
