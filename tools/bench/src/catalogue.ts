import { type CatalogueServer, openCatalogueServer } from './catalogue-server.ts';
import { type Case, compareServers, HEADING, formatRow as line } from './quantiles.ts';

const SMALL = 100;
const LARGE = 10_000;
/** Bound of the p99 over 10 000 actors, relative to the p99 over 100 actors (docs/performance.md). */
const ALLOWED_RATIO = 1.5;
const ROUNDS = 1_500;
const PAGE = 50;

/** Typical queries. */
const CASES: readonly Case<CatalogueServer>[] = [
  { name: 'first page', toPath: () => `/api/actors?limit=${PAGE}` },
  { name: 'last page', toPath: ({ lastCursor }) => `/api/actors?limit=${PAGE}&cursor=${lastCursor}` },
  { name: 'sorted by name', toPath: () => `/api/actors?limit=${PAGE}&sort=name&order=desc` },
  { name: 'filtered', toPath: () => `/api/actors?limit=10&sex=female&data=synced&reviewed=true` },
  {
    name: 'search for a different number per call',
    toPath: (_, round) => `/api/actors?limit=10&q=${100 + (round % 900)}`,
  },
];

/**
 * Compares `GET /api/actors` over 100 and over 10 000 actors with alternating calls over HTTP; the object store is a
 * folder. Sets exit code 1 when the p99 of the large catalogue exceeds 1.5 times that of the small catalogue.
 */
export async function benchmarkCatalogue(print: (text: string) => void): Promise<void> {
  const small = await openCatalogueServer(SMALL);
  const large = await openCatalogueServer(LARGE);
  try {
    print(HEADING);
    for (const each of CASES) {
      const [few, many] = await compareServers([small, large], each, ROUNDS);
      print(line(`${each.name}, ${SMALL} actors`, few));
      print(line(`${each.name}, ${LARGE} actors`, many));
      const ratio = many.p99 / few.p99;
      print(`p99 ratio: ${ratio.toFixed(2)} (median ratio: ${(many.p50 / few.p50).toFixed(2)})`);
      if (ratio > ALLOWED_RATIO) process.exitCode = 1;
    }
  } finally {
    await small.close();
    await large.close();
  }
}
