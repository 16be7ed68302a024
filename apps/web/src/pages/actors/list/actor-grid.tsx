import { Link } from '@tanstack/react-router';
import type { ActorSummary } from '../../../api/resources/types.ts';
import { ActorFacts } from '../../../parts/actors/actor-facts.tsx';
import { Poster } from '../../../parts/graphics/poster.tsx';
import type { Selection } from '../selection/use-selection.ts';
import styles from './actors.module.css';
import { LiveBar } from './live-bar.tsx';

/** Properties of a list of actors. */
export interface ActorListProps {
  readonly actors: readonly ActorSummary[];
  /** Absent for a key that may start no training. */
  readonly selection: Selection | undefined;
}

/** The actors as posters. Only those near the window are laid out and loaded. */
export function ActorGrid({ actors, selection }: ActorListProps) {
  return (
    <ul className={styles.grid} aria-label="Actors">
      {actors.map((actor) => (
        <li
          key={actor.id}
          className={styles.card}
          data-selected={selection?.has(actor.id) || undefined}
          data-actor={actor.id}
        >
          <Link to="/actors/$id" params={{ id: actor.id }} className={styles.cardLink}>
            <Poster subject={actor} size="fill" />
            <ActorFacts actor={actor} />
          </Link>
          {actor.live_training_id !== null && (
            <LiveBar trainingId={actor.live_training_id} name={actor.name} />
          )}
          {selection && (
            <label className={styles.check}>
              <input
                type="checkbox"
                aria-label={`Select ${actor.name}`}
                checked={selection.has(actor.id)}
                onChange={() => selection.toggle(actor)}
              />
            </label>
          )}
        </li>
      ))}
    </ul>
  );
}
