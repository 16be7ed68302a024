import { useState } from 'react';
import { areShortcutsOn, getTheme, setShortcuts, setTheme, type Theme } from '../../api/preferences.ts';
import { getHourCycle, setHourCycle } from '../../parts/words/format.ts';
import { Card } from './card.tsx';
import styles from './settings-page.module.css';

const THEMES: readonly (readonly [Theme, string])[] = [
  ['dark', 'Dark'],
  ['light', 'Light'],
  ['system', 'As the system'],
];

/** Choices of this browser: theme, shortcuts, clock. */
export function AppearanceCard() {
  return (
    <Card title="Appearance">
      <div className={styles.stack}>
        <ThemeChoice />
        <Switch label="Shortcuts of one key" initial={areShortcutsOn} onChange={setShortcuts} />
        <p className="muted small">
          <kbd>/</kbd> moves to the search; <kbd>g</kbd> then <kbd>o</kbd> opens Overview, <kbd>a</kbd>{' '}
          Actors, <kbd>u</kbd> Auto-train, <kbd>s</kbd> Settings.
        </p>
        <Switch
          label="Clock of 24 hours"
          initial={() => getHourCycle() === 'h23'}
          onChange={(on) => setHourCycle(on ? 'h23' : 'h12')}
        />
      </div>
    </Card>
  );
}

function ThemeChoice() {
  const [theme, showTheme] = useState(getTheme);
  const choose = (next: Theme): void => {
    setTheme(next);
    showTheme(next);
  };
  return (
    <fieldset className={styles.choices}>
      <legend>Theme</legend>
      {THEMES.map(([value, label]) => (
        <label key={value} className={styles.choice}>
          <input type="radio" name="theme" checked={theme === value} onChange={() => choose(value)} />
          {label}
        </label>
      ))}
    </fieldset>
  );
}

interface SwitchProps {
  readonly label: string;
  readonly initial: () => boolean;
  readonly onChange: (on: boolean) => void;
}

function Switch({ label, initial, onChange }: SwitchProps) {
  const [isOn, show] = useState(initial);
  const change = (on: boolean): void => {
    onChange(on);
    show(on);
  };
  return (
    <label className={styles.choice}>
      <input type="checkbox" checked={isOn} onChange={({ target }) => change(target.checked)} />
      {label}
    </label>
  );
}
