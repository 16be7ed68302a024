import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { createActorsQuery } from '../../../api/resources/queries.ts';
import { LINK_BUTTON } from '../../../parts/controls/button.tsx';
import styles from './review-strip.module.css';

const route = getRouteApi('/shell/actors/$id');

/** Number of actors that a review lists at most, so that the address of the page stays short. */
const MAX_REVIEWED = 60;

/**
 * Place of the actor among those with a model to review, with the way to the next one. The address keeps the list with which
 * the review began, because an actor leaves the list of the server with its verdict.
 */
export function ReviewStrip({ actorId }: { readonly actorId: string }) {
  const { review } = route.useSearch();
  const ids = parseIds(review);
  const isOpen = review !== undefined && ids.length === 0;
  const navigate = route.useNavigate();
  const { data } = useQuery({
    ...createActorsQuery({ model: 'awaiting_review', view: 'summary' }),
    enabled: isOpen,
  });
  useEffect(() => {
    if (!isOpen || !data) return;
    const started = [actorId, ...data.actors.map(({ id }) => id).filter((id) => id !== actorId)];
    const list = started.slice(0, MAX_REVIEWED).toSorted().join(',');
    void navigate({ search: (before) => ({ ...before, review: list }), replace: true, resetScroll: false });
  }, [isOpen, data, actorId, navigate]);
  const at = ids.indexOf(actorId);
  if (at < 0) return null;
  return (
    <nav className={styles.strip} aria-label="Review">
      <p>
        <strong className="number">
          {at + 1} of {ids.length}
        </strong>{' '}
        to review
      </p>
      <ReviewLink id={ids[at - 1]} review={review}>
        Previous
      </ReviewLink>
      <ReviewLink id={ids[at + 1]} review={review}>
        Next
      </ReviewLink>
      {at === ids.length - 1 && <Link to="/">Back to Overview</Link>}
    </nav>
  );
}

/** Ids of a list that the address keeps; none for a review that begins. */
function parseIds(review: string | undefined): readonly string[] {
  if (review === undefined || ['1', 'true'].includes(review)) return [];
  return [...new Set(review.split(',').filter((id) => id !== ''))];
}

interface ReviewLinkProps {
  readonly id: string | undefined;
  readonly review: string | undefined;
  readonly children: string;
}

function ReviewLink({ id, review, children }: ReviewLinkProps) {
  if (id === undefined)
    return (
      <span className="faint" aria-disabled="true">
        {children}
      </span>
    );
  return (
    <Link to="/actors/$id" params={{ id }} search={{ tab: 'versions', review }} className={LINK_BUTTON}>
      {children}
    </Link>
  );
}
