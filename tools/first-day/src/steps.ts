/** A command of the day with the texts that its output must and must not contain. */
export interface Step {
  readonly title: string;
  readonly args: readonly string[];
  /** Exit code; 0 by default. */
  readonly code?: number;
  readonly shows?: readonly RegExp[];
  readonly hides?: readonly RegExp[];
}

/** Paths that the steps name, relative to the folder of the terminal. */
const CATALOGUE = 'actors';
const HOME = ['--data', 'home'];

/** Before the server runs: the import of the existing files. */
export const IMPORT_STEPS: readonly Step[] = [
  {
    title: 'A dry run of the import writes no file',
    args: ['import', CATALOGUE, '--dry-run', ...HOME],
    code: 5,
    shows: [/dry run/i, /IMG_1001\.HEIC/],
  },
  {
    title: 'The import names its store and every file that it does not take',
    args: ['import', CATALOGUE, ...HOME],
    code: 5,
    shows: [/into .*store/i, /hidden/i, /IMG_1001\.HEIC/, /image_99\.png/, /C:\\studio/, /fifteen|count/],
  },
  {
    title: 'A second import changes no value',
    args: ['import', CATALOGUE, ...HOME],
    code: 5,
    hides: [/^(new|filled) /m],
  },
];

/** Morning: the server runs, and the data are examined. */
export const MORNING_STEPS: readonly Step[] = [
  { title: 'The doctor examines the installation', args: ['doctor', ...HOME], shows: [/Redis/, /actors/] },
  { title: 'The data of actor 19 have no error', args: ['dataset', '19'], shows: [/23/] },
  {
    title: 'A caption that is not UTF-8 is an error',
    args: ['dataset', '0056'],
    code: 5,
    shows: [/Windows-1252/],
  },
  { title: 'An empty caption is an error', args: ['dataset', '0011'], code: 5, shows: [/image_3/] },
  {
    title: 'The candidates name each reason',
    args: ['candidates'],
    shows: [/0019/, /already ha(s|ve) a good custom model/],
    hides: [/awaits review/],
  },
  { title: 'The next version of actor 19 is V7', args: ['preview', '19'], shows: [/V7/, /\$/] },
  {
    title: 'The data of actor 56 are refused before a training is enqueued',
    args: ['enqueue', '0056'],
    code: 4,
    shows: [/Windows-1252/],
  },
];

/** Evening: the night is planned and played. */
export const EVENING_STEPS: readonly Step[] = [
  { title: 'A dry run enqueues no training', args: ['auto-train', '--dry-run'], shows: [/Would train/] },
  {
    title: 'Auto-train without a terminal asks for --yes',
    args: ['auto-train', '--limit', '3'],
    code: 2,
    shows: [/--yes/],
  },
  {
    title: 'A schedule shows its times in the zone of the person',
    args: ['schedule', 'set', '0 2 * * *', '--tz', 'Europe/Berlin', '--limit', '5', '--budget', '20'],
    shows: [/02:00/],
  },
  {
    title: 'The night trains three actors and actor 19',
    args: ['auto-train', '--actor', '19', '--actor', '7', '--actor', '42', '--yes', '--watch'],
    shows: [/Successful: 3/, /Failed: 0/],
  },
];

/** The next morning: models are compared and judged. */
export const REVIEW_STEPS: readonly Step[] = [
  { title: 'The list names subject, version and result', args: ['list'], shows: [/0019/, /V7/, /completed/] },
  { title: 'No slot is in use', args: ['slots'], shows: [/0 of 2/] },
  {
    title: 'The versions of actor 19 show loss and cost',
    args: ['versions', '19'],
    shows: [/V7/, /V6/, /\$/],
  },
  { title: 'Two versions are compared', args: ['compare', '19', 'V6', 'V7'], shows: [/V6/, /V7/] },
  {
    title: 'The model is downloaded under a readable name',
    args: ['download', '19', 'V7'],
    shows: [/actor_0019_V7/],
  },
  { title: 'The model is marked as good', args: ['mark-good', '19', 'V7'], shows: [/good/] },
  {
    title: 'Auto-train skips actor 19 now',
    args: ['candidates', '--all-reasons'],
    shows: [/0019.*already has good custom model/],
  },
  {
    title: 'The day is exported for the other tools',
    args: ['export', 'exported', ...HOME],
    shows: [/exported/],
  },
];
