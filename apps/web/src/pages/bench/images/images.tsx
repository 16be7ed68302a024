import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ActorDetail } from '../../../api/resources/types.ts';
import {
  type ActorImages,
  createActorImagesQuery,
  createTrainingDataQuery,
  type TrainingData,
} from '../../../api/resources/versions.ts';
import { Panel } from '../../../parts/messages/panel.tsx';
import { useOpenPicture } from '../../../parts/viewer/use-open-picture.ts';
import { DataVerdict } from './data-verdict.tsx';
import { countFindings, Findings } from './findings.tsx';
import { findImageFindings, ImageGrid } from './image-grid.tsx';
import { ImageViewer } from './image-viewer.tsx';
import styles from './images.module.css';
import { useLeftOut } from './left-out.ts';
import { LeftOutHint } from './left-out-hint.tsx';

const route = getRouteApi('/shell/actors/$id');

/** Images and captions of an actor: findings, images, the mark of the data, and the images that a training leaves out. */
export function Images({ actor }: { readonly actor: ActorDetail }) {
  const report = useQuery(createTrainingDataQuery(actor.id));
  const images = useQuery(createActorImagesQuery(actor.id));
  if (actor.data_state === 'none') return <NoImages actor={actor} />;
  return (
    <div className={styles.images}>
      <Panel query={report} height="8rem">
        {(data) => <Report actor={actor} data={data} />}
      </Panel>
      <Panel query={images} height="24rem">
        {(data) => <ImageSection actor={actor} data={data} report={report.data} />}
      </Panel>
    </div>
  );
}

function NoImages({ actor: { name } }: { readonly actor: ActorDetail }) {
  return (
    <p>
      {name} has no images. <code>npx trainyard import DIR</code> adds them to the catalogue.
    </p>
  );
}

interface ReportProps {
  readonly actor: ActorDetail;
  readonly data: TrainingData;
}

function Report({ actor, data }: ReportProps) {
  const { finding } = route.useSearch();
  const navigate = route.useNavigate();
  const { report } = data;
  const findings = report?.findings ?? [];
  const counts = report
    ? `${report.image_count} images, ${report.caption_count} captions, ${countFindings(findings)}`
    : `${data.count} images`;
  return (
    <div className={styles.report}>
      <div className={styles.head}>
        <h2>{counts}</h2>
        <DataVerdict actor={actor} findings={findings} />
      </div>
      <Findings
        findings={findings}
        shown={finding}
        onShow={(code) =>
          void navigate({
            search: (before) => ({ ...before, finding: code }),
            replace: true,
            resetScroll: false,
          })
        }
      />
    </div>
  );
}

interface ImageSectionProps {
  readonly actor: ActorDetail;
  readonly data: ActorImages;
  readonly report: TrainingData | undefined;
}

function ImageSection({ actor, data, report }: ImageSectionProps) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const leftOut = useLeftOut(actor.id);
  const picture = useOpenPicture(
    (sample, replace) =>
      void navigate({ search: (before) => ({ ...before, sample }), replace, resetScroll: false }),
  );
  const findings = report?.report?.findings ?? [];
  const chosen = findings.filter(({ code }) => code === search.finding);
  const images =
    chosen.length === 0
      ? data.images
      : data.images.filter((image) => findImageFindings(image, chosen).length > 0);
  return (
    <div className={styles.section}>
      <LeftOutHint leftOut={leftOut} total={data.total} />
      <ImageGrid {...{ images, findings, leftOut }} actorId={actor.id} onOpen={picture.open} />
      {data.total > data.images.length && (
        <p className="muted">
          {data.images.length} of {data.total} images are shown.
        </p>
      )}
      {search.sample !== undefined && (
        <ImageViewer
          {...{ images, findings, leftOut }}
          subject={actor}
          name={search.sample}
          onMove={picture.move}
          onClose={picture.close}
        />
      )}
    </div>
  );
}
