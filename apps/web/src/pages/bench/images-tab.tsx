import type { ActorDetail } from '../../api/resources/types.ts';
import { Images } from './images/images.tsx';

/** Images and captions of the actor. */
export function ImagesTab({ actor }: { readonly actor: ActorDetail }) {
  return <Images actor={actor} />;
}
