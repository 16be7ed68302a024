import type { Scope } from '@trainyard/contracts';
import { useCallerScope, useScope } from '../../api/resources/access.ts';

/** Properties of a scope note. */
export interface ScopeNoteProps {
  readonly needs: Exclude<Scope, 'read'>;
  /** What needs the scope, as the start of a sentence: `Starting a training`. */
  readonly action: string;
}

/** Sentence in place of an action that the key does not permit; nothing for a key with the scope. */
export function ScopeNote({ needs, action }: ScopeNoteProps) {
  const scope = useCallerScope();
  const isPermitted = useScope(needs);
  if (!scope || isPermitted) return null;
  return (
    <p className="muted small">
      This key can {scope}. {action} needs a key with scope {needs}.
    </p>
  );
}
