/** Formats an amount as `$4.72`; a negative amount as `-$13.29`. */
export function formatUsd(amount: number): string {
  const text = Math.abs(amount).toFixed(2);
  return amount < 0 && text !== '0.00' ? `-$${text}` : `$${text}`;
}

/** Formats a duration as `52 min` or `5 h 12 min`. @param seconds at least 1 min is shown */
export function formatDuration(seconds: number): string {
  const minutes = Math.max(1, Math.round(seconds / 60));
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours === 0) return `${rest} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}
