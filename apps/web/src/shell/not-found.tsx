import { Link, useLocation } from '@tanstack/react-router';

/** Page for an address without a page: names the path and leads on. */
export function NotFound() {
  const { pathname } = useLocation();
  return (
    <section>
      <h1>No page has the address {pathname}</h1>
      <p>
        <Link to="/">Overview</Link> · <Link to="/actors">Actors</Link>
      </p>
    </section>
  );
}
