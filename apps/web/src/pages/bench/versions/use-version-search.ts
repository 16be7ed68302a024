import { getRouteApi } from '@tanstack/react-router';
import { useOpenPicture } from '../../../parts/viewer/use-open-picture.ts';

const route = getRouteApi('/shell/actors/$id');

/** Number of versions that are compared at most. */
export const MAX_COMPARED = 4;

/** Open picture: the name of its version and the number of its prompt. */
export interface OpenSample {
  readonly name: string;
  readonly column: number;
}

/** The compared versions and the open picture in the address of the page. */
export function useVersionSearch() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const picture = useOpenPicture(
    (sample, replace) =>
      void navigate({ search: (before) => ({ ...before, sample }), replace, resetScroll: false }),
  );
  const compared = [...new Set((search.compare ?? '').split(',').filter((name) => name !== ''))];
  return {
    compared: compared.slice(0, MAX_COMPARED),
    sample: parseSample(search.sample),
    compare: (names: readonly string[]): void => {
      const compare = names.length === 0 ? undefined : names.join(',');
      void navigate({ search: (before) => ({ ...before, compare }), replace: true, resetScroll: false });
    },
    openSample: ({ name, column }: OpenSample): void => picture.open(`${name}.${column}`),
    moveSample: ({ name, column }: OpenSample): void => picture.move(`${name}.${column}`),
    closeSample: picture.close,
  };
}

/** Parses `V6.0`; the name of a version may hold dots itself. */
function parseSample(text: string | undefined): OpenSample | undefined {
  const [, name, column] = /^(.+)\.(\d{1,3})$/.exec(text ?? '') ?? [];
  return name === undefined ? undefined : { name, column: Number(column) };
}
