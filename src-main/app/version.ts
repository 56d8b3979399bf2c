import manifest from '../../package.json' with { type: 'json' };

/** The program's own version, as its package says. */
export const VERSION: string = manifest.version;
