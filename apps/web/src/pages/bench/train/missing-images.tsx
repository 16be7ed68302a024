import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ActorDetail } from '../../../api/resources/types.ts';
import { createActorImagesQuery } from '../../../api/resources/versions.ts';
import styles from './train.module.css';

/** In place of the form of an actor without images. */
export function NoImages({ id }: { readonly id: string }) {
  return (
    <section className={styles.notice}>
      <h2>{id} has no images.</h2>
      <p className="muted">
        Put images and captions into the folder of the actor, then run <code>npx trainyard import DIR</code>.
      </p>
    </section>
  );
}

/** Above the form of an actor some of whose images are not in the object store. */
export function NotSynced({ actor: { id, training_data: data } }: { readonly actor: ActorDetail }) {
  const images = useQuery(createActorImagesQuery(id)).data?.images ?? [];
  const count = data.count - images.filter(({ fault }) => fault === null).length;
  return (
    <section className={styles.notice}>
      <h2>{count <= 0 ? 'Images are' : formatMissing(count)} not in the store.</h2>
      <p className="muted">
        Run <code>npx trainyard import DIR</code>, which copies them.{' '}
        <Link to="/actors/$id" params={{ id }} search={{ tab: 'images' }}>
          Open Images
        </Link>
      </p>
    </section>
  );
}

/** `1 image is`, `14 images are`. */
function formatMissing(count: number): string {
  return count === 1 ? '1 image is' : `${count} images are`;
}
