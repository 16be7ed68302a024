import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { onUnauthorized } from '../api/http/request.ts';
import { openLiveEvents } from '../api/live/live.ts';
import { sessionQuery } from '../api/resources/queries.ts';

const SessionDialog = lazy(async () => ({
  default: (await import('./session-dialog.tsx')).SessionDialog,
}));

/**
 * Shows the pages to a caller with access, and receives live events for them. Without a session the login opens; a session
 * that ends later opens a dialog over the page.
 */
export function AccessGate({ children }: { readonly children: ReactNode }) {
  const { data: session, isPending } = useQuery(sessionQuery);
  const hadAccess = useRef(false);
  if (session?.scope != null) hadAccess.current = true;
  const isLockedOut = session?.scope === null;
  if (isPending) return null;
  if (isLockedOut && !hadAccess.current) return <ToLogin />;
  return (
    <>
      <LiveEvents isOpen={!isLockedOut} />
      {children}
      <ExpiredSession isLockedOut={isLockedOut} />
    </>
  );
}

/** Opens the login once: the location changes while the login page is being loaded. */
function ToLogin() {
  const { href } = useLocation();
  const navigate = useNavigate();
  const [next] = useState(href);
  useEffect(() => {
    void navigate({ to: '/login', search: next === '/' ? {} : { next }, replace: true });
  }, [navigate, next]);
  return null;
}

function LiveEvents({ isOpen }: { readonly isOpen: boolean }) {
  const client = useQueryClient();
  useEffect(() => (isOpen ? openLiveEvents(client) : undefined), [client, isOpen]);
  return null;
}

/** The dialog opens at the first refused request and may be closed; the next refused request opens it again. */
function ExpiredSession({ isLockedOut }: { readonly isLockedOut: boolean }) {
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  useEffect(
    () =>
      onUnauthorized(() => {
        setOpen(true);
        void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
      }),
    [client],
  );
  useEffect(() => setOpen(isLockedOut), [isLockedOut]);
  if (!isOpen) return null;
  return (
    <Suspense fallback={null}>
      <SessionDialog open onClose={() => setOpen(false)} />
    </Suspense>
  );
}
