import { Link, useNavigate } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { Button } from '../controls/button.tsx';
import styles from './not-found.module.css';

/** Properties of the page for an unknown address. */
export interface NotFoundPageProps {
  /** Sentence that names what is missing: `No actor has the id 9999`. */
  readonly title: string;
}

/** Page for an unknown path or id: names it and searches the actors. */
export function NotFoundPage({ title }: NotFoundPageProps) {
  const id = useId();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const search = (event: FormEvent): void => {
    event.preventDefault();
    void navigate({ to: '/actors', search: { q: text.trim() || undefined } });
  };
  return (
    <section className={styles.page}>
      <title>Not found · Trainyard</title>
      <h1>{title}</h1>
      <search>
        <form className={styles.search} onSubmit={search}>
          <label htmlFor={id} className="visually-hidden">
            Search the actors
          </label>
          <input
            id={id}
            type="search"
            data-search
            placeholder="Search the actors"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <Button type="submit">
            <Search size={16} aria-hidden /> Search
          </Button>
        </form>
      </search>
      <p>
        <Link to="/">Overview</Link> · <Link to="/actors">Actors</Link>
      </p>
    </section>
  );
}
