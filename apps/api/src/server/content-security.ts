type Directives = Readonly<Record<string, string>>;

const PAGE = {
  'default-src': "'self'",
  'script-src': "'self'",
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' data:",
  'form-action': "'self'",
} as const satisfies Directives;

/**
 * Content security policies, one per surface. The API serves data; pages load scripts from this server only, and no site
 * shows them in a frame.
 */
export const CONTENT_SECURITY = {
  /** API responses: data without scripts, styles and frames. */
  data: toPolicy({}),
  /** Login page: the form with its inline style and its empty icon. */
  login: toPolicy({
    'style-src': "'unsafe-inline'",
    'img-src': 'data:',
    'form-action': "'self'",
  }),
  /** Studio: scripts, styles and pictures of this server only, without exceptions. */
  studio: toPolicy({ 'default-src': "'self'", 'base-uri': "'self'", 'form-action': "'self'" }),
  /** `/docs`: Swagger UI with inline styles. */
  docs: toPolicy(PAGE),
  /** Bull Board: its application with embedded fonts and a base element. */
  bullBoard: toPolicy({ ...PAGE, 'font-src': "'self' data:", 'base-uri': "'self'" }),
} as const;

function toPolicy(directives: Directives): string {
  const defaults = { 'default-src': "'none'", 'frame-ancestors': "'none'", 'base-uri': "'none'" };
  return Object.entries({ ...defaults, ...directives })
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');
}
