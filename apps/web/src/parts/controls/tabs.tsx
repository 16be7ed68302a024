import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import styles from './tabs.module.css';

/** A tab: its name in the address, its label, and a number beside it. */
interface Tab<Name extends string> {
  readonly name: Name;
  readonly label: string;
  readonly count?: number | undefined;
}

/** Properties of tabs. */
export interface TabsProps<Name extends string> {
  /** Accessible name of the list of tabs. */
  readonly label: string;
  readonly tabs: readonly Tab<Name>[];
  readonly current: Name;
  /** Called when a tab is activated by click, Enter or Space; the page pushes its address. */
  readonly onSelect: (name: Name) => void;
  /** Content of the current tab. */
  readonly children: ReactNode;
}

/** Tabs with one tab stop: Left, Right, Home and End move the focus, Enter or Space activates. */
export function Tabs<Name extends string>({ label, tabs, current, onSelect, children }: TabsProps<Name>) {
  const list = useRef<HTMLDivElement>(null);
  return (
    <>
      <div
        ref={list}
        role="tablist"
        aria-label={label}
        className={styles.list}
        onKeyDown={(event) => moveFocus(event, list.current)}
      >
        {tabs.map(({ name, label: text, count }) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={name === current}
            aria-controls={name === current ? `panel-${name}` : undefined}
            tabIndex={name === current ? 0 : -1}
            className={styles.tab}
            onClick={() => onSelect(name)}
          >
            {text}
            {count !== undefined && <span className="number faint"> {count}</span>}
          </button>
        ))}
      </div>
      <div
        role="tabpanel"
        id={`panel-${current}`}
        aria-labelledby={`tab-${current}`}
        className={styles.panel}
        key={current}
      >
        {children}
      </div>
    </>
  );
}

function moveFocus(event: KeyboardEvent, list: HTMLElement | null): void {
  const buttons = [...(list?.querySelectorAll('button') ?? [])];
  const from = buttons.findIndex((each) => each.matches(':focus'));
  const to = findTarget(event.key, from, buttons.length);
  if (to === undefined) return;
  event.preventDefault();
  buttons[to]?.focus();
}

function findTarget(key: string, from: number, count: number): number | undefined {
  if (key === 'ArrowRight') return (from + 1) % count;
  if (key === 'ArrowLeft') return (from - 1 + count) % count;
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : undefined;
}
