import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import { useEffect } from 'react';
import { getServerNow } from '../api/clock.ts';
import { ProblemError, UnreachableError } from '../api/http/problem.ts';
import { useLinkState } from '../api/live/link-state.ts';
import { callbackQuery, dispatchQuery } from '../api/resources/queries.ts';
import { announce } from '../parts/messages/announce.tsx';
import { toVisibleText } from '../parts/words/visible-text.ts';
import styles from './banner.module.css';
import { chooseBanner } from './choose-banner.ts';

const ICONS = { danger: CircleAlert, warn: TriangleAlert, info: Info } as const;

/** Strip of 32 px with the most important fault; its place is reserved while nothing is wrong. */
export function BannerStrip() {
  const dispatch = useQuery(dispatchQuery);
  const callback = useQuery(callbackQuery);
  const banner = chooseBanner({
    isOffline: useLinkState().kind === 'offline',
    apiFault: readFault(dispatch.error),
    dispatch: dispatch.data,
    callback: callback.data,
    now: getServerNow(),
  });
  const text = banner && toVisibleText(banner.text);
  const isUrgent = banner?.tone === 'danger';
  useEffect(() => {
    if (text !== undefined) announce(text, isUrgent ? 'alert' : 'status');
  }, [text, isUrgent]);
  if (!banner) return <div className={styles.strip} />;
  const Icon = ICONS[banner.tone];
  return (
    <section className={`${styles.strip} ${styles[banner.tone]}`} aria-label="Notice">
      <Icon size={16} aria-hidden />
      <p className={styles.text} title={text}>
        {text}
      </p>
      {banner.link && (
        <Link to={banner.link.to} className={styles.link}>
          {banner.link.label}
        </Link>
      )}
    </section>
  );
}

/** A refused key is no fault of the API; a missing answer and an error of the server are. */
function readFault(error: unknown): string | undefined {
  if (error instanceof UnreachableError) return error.message;
  if (error instanceof ProblemError && error.problem.status >= 500)
    return `${error.problem.title.replace(/\.$/, '')}.`;
  return undefined;
}
