/** The variables of this process that a command needs. */
export function inheritedEnvironment(): { readonly PATH: string | undefined } {
  return { PATH: process.env['PATH'] };
}
