/** Without a value it says "at work" and nothing more: never an invented number. */
export function ProgressBar({ value, label }: { value?: number | undefined; label: string }) {
  const known = value !== undefined && Number.isFinite(value);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(known ? { "aria-valuenow": Math.round(value * 100) } : {})}
      className="h-1.5 w-full overflow-hidden rounded-full bg-line"
    >
      {known ? (
        <div
          className="h-full rounded-full bg-accent transition-[width] duration-300"
          style={{ width: `${Math.min(100, value * 100)}%` }}
        />
      ) : (
        <div className="h-full w-1/4 animate-to-and-fro rounded-full bg-accent/60" />
      )}
    </div>
  );
}
