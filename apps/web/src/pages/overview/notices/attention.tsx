import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { TrainingView } from '@trainyard/contracts';
import { CircleX, Eye, OctagonAlert, TriangleAlert, Wallet } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { getServerNow } from '../../../api/clock.ts';
import { useScope } from '../../../api/resources/access.ts';
import { type NamedSubject, toTrainingName, useSubject } from '../../../api/resources/subjects.ts';
import { Button, LINK_BUTTON } from '../../../parts/controls/button.tsx';
import { ActionQuestion } from '../../../parts/dialogs/action-question.tsx';
import { Picture } from '../../../parts/graphics/picture.tsx';
import { Poster } from '../../../parts/graphics/poster.tsx';
import { announce } from '../../../parts/messages/announce.tsx';
import { formatRoundDuration } from '../../../parts/words/format.ts';
import { Money } from '../../../parts/words/money.tsx';
import { FAILURE_WORDS } from '../../../parts/words/state-words.ts';
import { toVisibleText } from '../../../parts/words/visible-text.ts';
import { useLastVisit } from '../data/last-visit.ts';
import { formatPlural } from '../data/plural.ts';
import { useRequests } from '../data/requests.ts';
import { createReviewQuery } from '../data/review-query.ts';
import { type Overview, useActorsToReview } from '../data/use-overview.ts';
import { useSettledKeys } from '../data/use-settled-keys.ts';
import styles from './attention.module.css';
import { type AttentionItem, listAttentionItems } from './attention-items.ts';

const SHOWN = 6;

/** What needs the person, newest first; nothing is rendered while nothing does. */
export function Attention({ overview }: { readonly overview: Overview }) {
  const lastVisit = useLastVisit();
  const toReview = useActorsToReview(overview);
  const items = listAttentionItems({
    dispatch: overview.dispatch.data,
    budgets: overview.budgets.data,
    flagged: overview.flagged.data?.trainings ?? [],
    ended: overview.ended.data?.trainings ?? [],
    ...{ lastVisit, now: getServerNow() },
  });
  const keys = [...items.map(toKey), ...(toReview.length > 0 ? [REVIEW] : [])];
  const { isShown, fresh, showAll } = useSettledKeys(keys);
  const shown = items.filter((item) => isShown(toKey(item)));
  return (
    <>
      {fresh.length > 0 && <FreshNotices count={fresh.length} onShow={showAll} />}
      {keys.some(isShown) && (
        <section aria-labelledby="attention">
          <h2 id="attention" className="visually-hidden">
            Needs you
          </h2>
          <ul className={styles.list}>
            {shown.slice(0, SHOWN).map((item) => (
              <Item key={toKey(item)} item={item} />
            ))}
            {shown.length > SHOWN && (
              <li className={styles.item}>{formatPlural(shown.length - SHOWN, 'more fault')}</li>
            )}
            {isShown(REVIEW) && <Review actors={toReview} />}
          </ul>
        </section>
      )}
    </>
  );
}

/** Key of the models to review among the items. */
const REVIEW = 'review';

function toKey(item: AttentionItem): string {
  return 'training' in item ? `${item.kind} ${item.training.id}` : `${item.kind} ${item.title}`;
}

/** Button over the page: what came after the page was loaded pushes nothing down before it is asked for. */
function FreshNotices({ count, onShow }: { readonly count: number; readonly onShow: () => void }) {
  const text = formatPlural(count, 'new notice');
  useEffect(() => announce(text), [text]);
  return (
    <div className={styles.fresh}>
      <Button onClick={onShow}>{text}</Button>
    </div>
  );
}

function Item({ item }: { readonly item: AttentionItem }) {
  if ('training' in item) return <TrainingItem kind={item.kind} training={item.training} />;
  const { kind, title, detail } = item;
  const Icon = kind === 'budget' ? Wallet : OctagonAlert;
  return (
    <li className={styles.item} data-tone={kind === 'budget' ? 'warn' : 'danger'}>
      <Icon size={18} aria-hidden />
      <p className={styles.text}>
        <strong>{title}</strong> <span className="muted">{toVisibleText(detail)}</span>
      </p>
      {kind === 'gate' && <ResumeDispatch title={title} reason={detail} />}
      {kind === 'budget' && (
        <Link to="/settings" className={LINK_BUTTON}>
          Budgets
        </Link>
      )}
    </li>
  );
}

function TrainingItem({
  kind,
  training,
}: {
  readonly kind: 'training' | 'failure';
  readonly training: TrainingView;
}) {
  const subject = useSubject({ kind: training.kind, id: training.subject_id });
  const name = toTrainingName(subject, training.version_name);
  const isFailure = kind === 'failure';
  const Icon = isFailure ? CircleX : TriangleAlert;
  const seconds = training.execution_seconds;
  return (
    <li className={styles.item} data-tone={isFailure ? 'danger' : 'warn'}>
      <Icon size={18} aria-hidden />
      <Poster kind={subject.kind} subject={subject} size="row" />
      <p className={styles.text}>
        <strong>
          {name} {isFailure ? getFailureText(training) : 'needs your action'}
        </strong>{' '}
        <span className="muted">
          {isFailure ? (
            <>
              {seconds !== null && `${formatRoundDuration(seconds)}, `}
              <Money training={training} />
            </>
          ) : (
            toVisibleText(training.needs_attention?.reason ?? '')
          )}
        </span>
      </p>
      <Link to="/trainings/$id" params={{ id: training.id }} className={LINK_BUTTON}>
        Open
      </Link>
    </li>
  );
}

function getFailureText({ status, failure }: TrainingView): string {
  if (status === 'timed_out') return 'timed out';
  return failure ? `failed: ${FAILURE_WORDS[failure.class]}` : 'failed';
}

function ResumeDispatch({ title, reason }: { readonly title: string; readonly reason: string }) {
  const isAdmin = useScope('admin');
  const [isAsking, setAsking] = useState(false);
  const { changeDispatch } = useRequests();
  if (!isAdmin) return null;
  return (
    <>
      <Button onClick={() => setAsking(true)}>Resume dispatch</Button>
      {isAsking && (
        <ActionQuestion
          title="Resume dispatch?"
          keep="Leave stopped"
          act="Resume dispatch"
          onClose={() => setAsking(false)}
          run={() => changeDispatch({ gate: null })}
        >
          <p>
            {title}: {toVisibleText(reason)}. If the cause remains, it stops again.
          </p>
        </ActionQuestion>
      )}
    </>
  );
}

const PICTURES = 3;

function Review({ actors }: { readonly actors: readonly NamedSubject[] }) {
  const [first] = actors;
  if (!first) return null;
  return (
    <li className={styles.item} data-tone="ok">
      <Eye size={18} aria-hidden />
      <div className={styles.models}>
        {actors.slice(0, PICTURES).map((actor) => (
          <Model key={actor.id} actor={actor} />
        ))}
      </div>
      <p className={styles.text}>
        <strong>{formatPlural(actors.length, 'model')} to review</strong>{' '}
        <span className="muted">
          {actors.slice(0, PICTURES).map((actor, index) => (
            <ModelName key={actor.id} actor={actor} before={index === 0 ? '' : ', '} />
          ))}
          {actors.length > PICTURES && ` and ${actors.length - PICTURES} more`}
        </span>
      </p>
      <Link
        to="/actors/$id"
        params={{ id: first.id }}
        search={{ tab: 'versions', review: '1' }}
        className={LINK_BUTTON}
      >
        Review
      </Link>
    </li>
  );
}

function Model({ actor }: { readonly actor: NamedSubject }): ReactNode {
  const { data } = useQuery(createReviewQuery(actor.id));
  if (!data?.path) return <Poster subject={actor} size="row" />;
  return (
    <span className={styles.model}>
      <Picture path={data.path} alt={`Sample of ${actor.id} ${data.name}`} sizes="36px" ratio="3 / 4" />
    </span>
  );
}

function ModelName({ actor, before }: { readonly actor: NamedSubject; readonly before: string }) {
  const { data } = useQuery(createReviewQuery(actor.id));
  return `${before}${actor.id}${data ? ` ${data.name}` : ''}`;
}
