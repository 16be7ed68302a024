import { useQuery } from '@tanstack/react-query';
import type { ActorDetail } from '../../api/types.ts';
import { createVersionsQuery } from '../../api/versions.ts';
import { Panel } from '../../parts/panel.tsx';
import { ReviewStrip } from './versions/review-strip.tsx';
import { VersionList } from './versions/version-list.tsx';

/** Versions of the actor: verdicts, comparison, samples and downloads. */
export function VersionsTab({ actor: { id, name } }: { readonly actor: ActorDetail }) {
  const subject = { kind: 'actor', id, name } as const;
  const query = useQuery(createVersionsQuery(subject));
  return (
    <>
      <ReviewStrip actorId={id} />
      <Panel query={query} height="30rem">
        {(versions) => <VersionList subject={subject} versions={versions} />}
      </Panel>
    </>
  );
}
