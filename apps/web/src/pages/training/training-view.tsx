import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { TrainingDetail } from '@trainyard/contracts';
import { useServerNow } from '../../api/clock.ts';
import { Tabs } from '../../parts/controls/tabs.tsx';
import { type IconTone, usePageTitle } from '../../parts/messages/page-title.ts';
import { getStateWord, type StateTone } from '../../parts/words/state-words.ts';
import { getShare } from './facts/head-words.ts';
import { createProgressQuery, type TrainingProps, useSubject } from './facts/queries.ts';
import { useAnnouncedState } from './head/announced-state.ts';
import { FailedCard } from './head/failed-card.tsx';
import { Head } from './head/head.tsx';
import { Notices } from './head/notices.tsx';
import { PhaseStrip } from './head/phase-strip.tsx';
import { EventsTab } from './tabs/events-tab.tsx';
import { ImagesTab } from './tabs/images-tab.tsx';
import { ParametersTab } from './tabs/parameters-tab.tsx';
import { WatchTab } from './tabs/watch-tab.tsx';
import styles from './training.module.css';

const route = getRouteApi('/shell/trainings/$id');

/** The page of a known training. */
export function TrainingView({ training }: { readonly training: TrainingDetail }) {
  const { tab = 'watch' } = route.useSearch();
  const navigate = useNavigate({ from: '/trainings/$id' });
  const subject = useSubject(training);
  const progress = useQuery(createProgressQuery(training.id));
  const attempts = progress.data?.attempts ?? [];
  const props = { training, subject };
  return (
    <div className={styles.page}>
      <WindowState {...props} />
      <Head {...props} />
      <Notices {...props} />
      <FailedCard {...props} />
      <PhaseStrip training={training} attempts={attempts} />
      <Tabs
        label="Training"
        current={tab}
        tabs={[
          { name: 'watch', label: 'Watch' },
          { name: 'parameters', label: 'Parameters' },
          { name: 'images', label: 'Images', count: training.image_count },
          { name: 'events', label: 'Events' },
        ]}
        onSelect={(next) => void navigate({ search: { tab: next === 'watch' ? undefined : next } })}
      >
        {tab === 'watch' && <WatchTab {...props} progress={progress} />}
        {tab === 'parameters' && <ParametersTab {...props} />}
        {tab === 'images' && <ImagesTab {...props} />}
        {tab === 'events' && <EventsTab training={training} />}
      </Tabs>
    </div>
  );
}

/** Title, icon of the window and announcements: the state first. */
function WindowState({ training, subject }: TrainingProps) {
  const word = getStateWord(training, useServerNow(), training.version?.verdict);
  const share = training.status === 'running' ? getShare(training) : undefined;
  const state = share === undefined ? word.text : `${Math.floor(share * 100)} %`;
  useAnnouncedState(`${subject.name} ${training.version_name ?? ''}: ${word.text}`, share);
  usePageTitle(`${state} · ${subject.id} ${training.version_name ?? ''}`.trim(), toIconTone(word.tone));
  return null;
}

function toIconTone(tone: StateTone): IconTone | undefined {
  return tone === 'muted' ? undefined : tone;
}
