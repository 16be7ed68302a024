import { useQuery } from '@tanstack/react-query';
import type { ActorDetail } from '../../api/resources/types.ts';
import { createVersionsQuery } from '../../api/resources/versions.ts';
import { Panel } from '../../parts/messages/panel.tsx';
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
