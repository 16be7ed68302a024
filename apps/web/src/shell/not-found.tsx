import { useLocation } from '@tanstack/react-router';
import { NotFoundPage } from '../parts/messages/not-found.tsx';
import { toVisibleText } from '../parts/words/visible-text.ts';

/** Page for an address without a page. */
export function NotFound() {
  const { pathname } = useLocation();
  return <NotFoundPage title={`No page has the address ${toVisibleText(pathname)}`} />;
}
