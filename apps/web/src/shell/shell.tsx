import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { Gauge, type LucideIcon, MoonStar, Settings, Users } from 'lucide-react';
import { Suspense } from 'react';
import { LiveRegions } from '../parts/messages/announce.tsx';
import { Toasts } from '../parts/messages/toast.tsx';
import { AccessGate } from './access-gate.tsx';
import { BannerStrip } from './banner.tsx';
import styles from './shell.module.css';
import { useShortcuts } from './shortcuts.ts';
import { StatusBlock } from './status-block.tsx';

interface Entry {
  readonly to: '/' | '/actors' | '/auto-train' | '/settings';
  readonly label: string;
  readonly icon: LucideIcon;
}

const ENTRIES: readonly Entry[] = [
  { to: '/', label: 'Overview', icon: Gauge },
  { to: '/actors', label: 'Actors', icon: Users },
  { to: '/auto-train', label: 'Auto-train', icon: MoonStar },
  { to: '/settings', label: 'Settings', icon: Settings },
];

/** Frame of every page: skip link, navigation with the status block, banner strip, page, live regions. */
export function Shell() {
  const { pathname } = useLocation();
  useShortcuts();
  return (
    <AccessGate>
      <div className={styles.frame} data-overview={pathname === '/' || undefined}>
        <a className={styles.skip} href="#page">
          Skip to the page
        </a>
        <header className={styles.side}>
          <p className={styles.brand}>Trainyard</p>
          <nav aria-label="Pages" className={styles.nav}>
            {ENTRIES.map(({ to, label, icon: Icon }) => (
              <Link key={to} to={to} className={styles.entry} activeOptions={{ exact: to === '/' }}>
                <Icon size={18} aria-hidden />
                <span>{label}</span>
              </Link>
            ))}
          </nav>
          <div className={styles.status}>
            <StatusBlock />
          </div>
        </header>
        <div className={styles.column}>
          <BannerStrip />
          <main id="page" className={styles.page} tabIndex={-1}>
            <Suspense fallback={<p className="muted">Loading the page</p>}>
              <Outlet />
            </Suspense>
          </main>
        </div>
        <Toasts />
        <LiveRegions />
      </div>
    </AccessGate>
  );
}
