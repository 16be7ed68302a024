import { LossChart } from '../../../parts/chart/loss-chart.tsx';
import { Picture } from '../../../parts/graphics/picture.tsx';
import styles from './loss.module.css';
import { findLossPlot, type TrainedVersion } from './samples.ts';
import { useLossCurves } from './use-loss-curves.ts';

/** The loss of versions: their curves on one scale, and the plots that their containers drew. */
export function ComparedLoss({ trained }: { readonly trained: readonly TrainedVersion[] }) {
  const { series, missing } = useLossCurves(trained);
  const names = trained.map(({ version }) => version.name).join('-');
  return (
    <div className={styles.loss}>
      <LossChart series={series} fileName={`loss-${names}.csv`} empty="No version has a loss curve." />
      {series.length > 0 && missing.length > 0 && (
        <p className="muted small">{missing.join(', ')}: no loss curve is kept.</p>
      )}
      <LossPlots trained={trained} />
    </div>
  );
}

function LossPlots({ trained }: { readonly trained: readonly TrainedVersion[] }) {
  const plots = trained.flatMap(({ version }) => {
    const path = findLossPlot(version);
    return path === undefined ? [] : [{ name: version.name, path }];
  });
  if (plots.length === 0) return null;
  return (
    <section className={styles.plots}>
      <h3>Loss plots of the container</h3>
      <ul className={styles.list}>
        {plots.map(({ name, path }) => (
          <li key={name}>
            <figure>
              <a href={path}>
                <Picture path={path} sizes="352px" ratio="3 / 2" alt={`Loss plot of ${name}`} whole />
              </a>
              <figcaption className="muted small">{name}</figcaption>
            </figure>
          </li>
        ))}
      </ul>
    </section>
  );
}
