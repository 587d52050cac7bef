/** The mark: a small monster with ears for everything. Same drawing as public/favicon.svg. */
export function Monster({
  className = "size-8",
  asleep = false,
}: {
  className?: string;
  asleep?: boolean;
}) {
  return (
    <svg viewBox="0 0 48 48" aria-hidden="true" className={className}>
      <path
        className="fill-accent"
        d={
          "M12.5 14.5C10 11 9.6 7.2 10.4 4.6c3.4.6 6.4 2.6 8.2 5.4a19 19 0 0 1 10.8 0c1.8-2.8 " +
          "4.8-4.8 8.2-5.4.8 2.6.4 6.4-2.1 9.9C39.4 18 42 23 42 29v12.2c0 2.4-2.7 3.6-4.4 2L35 " +
          "40.6l-3.4 3.2a2.6 2.6 0 0 1-3.6 0L24 40.2l-4 3.6a2.6 2.6 0 0 1-3.6 0L13 40.6l-2.6 " +
          "2.6c-1.7 1.6-4.4.4-4.4-2V29c0-6 2.6-11 6.5-14.5Z"
        }
      />
      {asleep ? (
        <g className="stroke-surface" fill="none" strokeWidth="2" strokeLinecap="round">
          <path d="M13.8 23.8c2 2 5.4 2 7.4 0M26.8 23.8c2 2 5.4 2 7.4 0" />
          <path d="M22 31.8c1.2.8 2.8.8 4 0" />
        </g>
      ) : (
        <>
          <g className="fill-surface">
            <circle cx="17.6" cy="23.4" r="4.9" />
            <circle cx="30.4" cy="23.4" r="4.9" />
            <path d="m20.3 32.8 1.7 3 1.9-2.3Z" />
          </g>
          <g className="fill-ink">
            <circle cx="18.6" cy="24" r="2.3" />
            <circle cx="29.4" cy="24" r="2.3" />
          </g>
          <path
            d="M18.2 31.6c3.6 2.5 8 2.5 11.6 0"
            className="stroke-surface"
            fill="none"
            strokeWidth="2"
            strokeLinecap="round"
          />
        </>
      )}
    </svg>
  );
}

export function Wordmark() {
  return (
    <span className="flex items-center gap-2.5">
      <Monster className="size-8" />
      <span className="text-[1.0625rem] font-semibold tracking-tight">Little Monster</span>
    </span>
  );
}
