import { settingsTable } from '../../packages/runtime/src/settings/documentation.ts';

/** All settings as a page. */
export function settingsPage(): string {
  return `# Settings

Written by \`npm run docs\` from \`packages/runtime/src/settings\`; a test holds the two together. All are environment
variables. They are read once at start; a process with a bad setting names every fault and does not start.
\`.env.example\` lists the same (\`npm run settings\`).

${settingsTable()}
`;
}
