import type { Version } from '../../../api/resources/versions.ts';
import { formatCount, formatDuration, formatUsd } from '../../../parts/words/format.ts';
import styles from './version-facts.module.css';

const RATE = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });

interface Fact {
  readonly label: string;
  readonly value: string | undefined;
}

/** Parameters and results of a version in columns that rows share; an unknown value leaves its column empty. */
export function VersionFacts({ version }: { readonly version: Version }) {
  return (
    <dl className={styles.facts}>
      {listFacts(version).map(({ label, value }) => (
        <div key={label} className={value === undefined ? styles.empty : ''}>
          <dt>{label}</dt>
          <dd className="number">{value ?? '–'}</dd>
        </div>
      ))}
    </dl>
  );
}

function listFacts(version: Version): readonly Fact[] {
  const { parameters, preset, imageCount, final_loss: loss, duration, cost, status } = version;
  const [rank, alpha] = [readNumber(parameters, 'network_dim'), readNumber(parameters, 'network_alpha')];
  const unknownCost = status === 'completed' ? 'unknown' : undefined;
  return [
    { label: 'Preset', value: preset },
    { label: 'Images', value: imageCount > 0 ? formatCount(imageCount) : undefined },
    { label: 'Steps', value: format(readNumber(parameters, 'max_train_steps'), formatCount) },
    { label: 'Rate', value: format(readNumber(parameters, 'learning_rate'), RATE.format) },
    { label: 'Rank, alpha', value: rank === undefined ? undefined : [rank, alpha ?? '–'].join(' / ') },
    { label: 'Loss', value: format(loss, (value) => value.toFixed(3)) },
    { label: 'Time', value: format(duration, formatDuration) },
    { label: 'Cost', value: format(cost, formatUsd) ?? unknownCost },
  ];
}

function readNumber(values: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = values[name];
  return typeof value === 'number' ? value : undefined;
}

function format(value: number | undefined, toText: (value: number) => string): string | undefined {
  return value === undefined ? undefined : toText(value);
}
