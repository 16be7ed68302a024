/** The part that an invented actor plays in the day. */
type Role = 'eligible' | 'good_model' | 'unreviewed_model' | 'not_synced' | 'not_reviewed' | 'unreadable';

/** An invented actor. */
export interface InventedActor {
  readonly number: number;
  readonly name: string;
  readonly role: Role;
  readonly images: number;
}

const SEXES = ['female', 'male'];
const ORIGINS = ['european', 'asian', 'african', 'latin', 'arabic', 'indian'];

/** The actors with a part of their own; see `odd-files.ts`. */
const FIXED: Readonly<Record<number, Role>> = {
  1: 'unreadable',
  7: 'eligible',
  11: 'eligible',
  19: 'eligible',
  23: 'eligible',
  31: 'eligible',
  42: 'eligible',
  56: 'eligible',
};

/** The actors with a part of their own are below this number. */
export const MIN_ACTORS = 60;

/** Invents actors, most of them with a good model, as in a catalogue that grew over a year. Equal for equal counts. */
export function inventActors(count: number): readonly InventedActor[] {
  return Array.from({ length: count }, (_, index) => inventActor(index + 1));
}

function inventActor(number: number): InventedActor {
  const origin = ORIGINS[number % ORIGINS.length];
  const role = FIXED[number] ?? selectRole(number);
  const name =
    number === 19
      ? '0019 european 20 female'
      : `${toFourDigits(number)} ${origin} ${20 + (number % 40)} ${SEXES[number % 2]}`;
  return { number, name, role, images: number === 19 ? 23 : 6 + (number % 9) };
}

function selectRole(number: number): Role {
  const share = (number * 37) % 100;
  if (share < 66) return 'good_model';
  if (share < 81) return 'unreviewed_model';
  return share < 95 ? 'not_synced' : 'not_reviewed';
}

/** The id in the form of most tools: `0019`. */
export function toFourDigits(number: number): string {
  return String(number).padStart(4, '0');
}
