import type { SubjectRef, Version } from '../../../api/resources/versions.ts';
import { Verdict } from '../../../parts/verdict/verdict.tsx';
import { VersionState } from '../../../parts/verdict/version-state.tsx';
import { Viewer, type ViewerRow } from '../../../parts/viewer/viewer.tsx';
import { alignSamples, explainMissingSamples } from '../compare/samples.ts';
import { useTrainedVersions } from '../compare/use-trained-versions.ts';
import type { useVersionSearch } from './use-version-search.ts';

/** Properties of the viewer of samples. */
export interface SamplesViewerProps {
  readonly subject: SubjectRef;
  readonly versions: readonly Version[];
  readonly compared: readonly Version[];
  readonly search: ReturnType<typeof useVersionSearch>;
}

/** Viewer of the samples of versions: the compared ones if the open picture belongs to them, else all with samples. */
export function SamplesViewer(props: SamplesViewerProps) {
  const { versions, compared, search } = props;
  const { sample } = search;
  if (!sample) return null;
  const isCompared = compared.length > 1 && compared.some(({ name }) => name === sample.name);
  const shown = isCompared ? compared : versions.filter(hasSamples);
  if (!shown.some(({ name }) => name === sample.name)) return null;
  return <OpenViewer {...props} shown={shown} />;
}

function hasSamples({ pictures }: Version): boolean {
  return pictures.some(({ kind }) => kind === 'sample');
}

function OpenViewer({
  subject,
  versions,
  search,
  shown,
}: SamplesViewerProps & { readonly shown: readonly Version[] }) {
  const rows = useSampleRows(subject, shown);
  const { name = '', column: wanted = 0 } = search.sample ?? {};
  const row = shown.findIndex((version) => version.name === name);
  const version = shown[row];
  const column = Math.min(wanted, Math.max((rows[row]?.pictures.length ?? 1) - 1, 0));
  return (
    <Viewer
      title={`Samples of ${subject.name}`}
      rows={rows}
      place={{ row, column }}
      onMove={(place) => search.moveSample({ name: rows[place.row]?.name ?? name, column: place.column })}
      onClose={search.closeSample}
    >
      {version && (
        <>
          <VersionState version={version} />
          <Verdict subject={subject} version={version} versions={versions} explained />
        </>
      )}
    </Viewer>
  );
}

function useSampleRows(subject: SubjectRef, versions: readonly Version[]): readonly ViewerRow[] {
  const trained = useTrainedVersions(versions);
  const prompts = alignSamples(trained);
  return trained.map((each, at) => ({
    name: each.version.name,
    pictures: prompts.map(({ title, samples }) => {
      const sample = samples[at];
      if (!sample)
        return hasSamples(each.version)
          ? `${each.version.name} has no sample for “${title}”`
          : `${each.version.name}: ${explainMissingSamples(each) ?? 'no sample'}`;
      const alt = `Sample of ${subject.name} ${each.version.name}: ${title}`;
      return { src: sample.src, alt, text: <SampleText name={each.version.name} title={title} /> };
    }),
  }));
}

function SampleText({ name, title }: { readonly name: string; readonly title: string }) {
  return (
    <p>
      <strong>{name}</strong> <span className="muted">{title}</span>
    </p>
  );
}
