import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { Button, type ButtonProps } from '../controls/button.tsx';

/** The dialog is loaded when it is opened. */
const ActorPicker = lazy(async () => {
  const { ActorPicker: component } = await import('./actor-picker.tsx');
  return { default: component };
});

/** Properties of the button that picks an actor. */
export interface PickActorProps {
  /** Text of the button: `Train`, `Change actor`. */
  readonly label: string;
  readonly kind?: ButtonProps['kind'];
}

/** Button that opens the dialog with the faces of all actors, and then the bench of the chosen one. */
export function PickActor({ label, kind = 'secondary' }: PickActorProps) {
  const [isOpen, setOpen] = useState(false);
  const navigate = useNavigate();
  return (
    <>
      <Button kind={kind} onClick={() => setOpen(true)}>
        {label}
      </Button>
      {isOpen && (
        <Suspense>
          <ActorPicker
            onClose={() => setOpen(false)}
            onPick={({ id }) => {
              setOpen(false);
              void navigate({ to: '/actors/$id', params: { id } });
            }}
          />
        </Suspense>
      )}
    </>
  );
}
