import { type CatalogueServer, openCatalogueServer } from './catalogue-server.ts';
import { type Case, compareServers, HEADING, formatRow as line } from './quantiles.ts';

const SMALL = 100;
const LARGE = 10_000;
/** SPEC: a list of 10 000 actors is hardly slower than one of 100 (p99). */
const ALLOWED_RATIO = 1.5;
const ROUNDS = 1_500;
const PAGE = 50;

/** What people and tools ask of the list. */
const CASES: readonly Case<CatalogueServer>[] = [
  { name: 'first page', toPath: () => `/api/actors?limit=${PAGE}` },
  { name: 'last page', toPath: ({ lastCursor }) => `/api/actors?limit=${PAGE}&cursor=${lastCursor}` },
  { name: 'sorted by name', toPath: () => `/api/actors?limit=${PAGE}&sort=name&order=desc` },
  { name: 'filtered', toPath: () => `/api/actors?limit=10&sex=female&data=synced&reviewed=true` },
  {
    name: 'searched for another number each time',
    toPath: (_, round) => `/api/actors?limit=10&q=${100 + (round % 900)}`,
  },
];

/**
 * Compares, in one run and turn by turn, `GET /api/actors` over a catalogue of 100 and one of 10 000, over HTTP and with
 * a folder as the store. Fails when a p99 is more than 1.5 times the other.
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
      print(`ratio of the p99: ${ratio.toFixed(2)} (of the medians: ${(many.p50 / few.p50).toFixed(2)})`);
      if (ratio > ALLOWED_RATIO) process.exitCode = 1;
    }
  } finally {
    await small.close();
    await large.close();
  }
}
