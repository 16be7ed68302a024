import { type ReactNode, useId } from 'react';
import styles from './settings-page.module.css';

/** Properties of a card. */
export interface CardProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** Card of the settings, which saves and fails separately from the others. */
export function Card({ title, children }: CardProps) {
  const id = useId();
  return (
    <section className={styles.card} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

/** Properties of a fact. */
export interface FactProps {
  readonly name: string;
  readonly children: ReactNode;
}

/** A named value in a list of facts. */
export function Fact({ name, children }: FactProps) {
  return (
    <div className={styles.fact}>
      <dt className="muted">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
