/** Works on pieces side by side and gives the results in the order of the pieces. */

/** At most `ahead` pieces are taken before the oldest of them is done, so that memory stays flat. */
export async function* inOrder<Piece, Result>(
  pieces: AsyncIterable<Piece>,
  ahead: number,
  work: (piece: Piece) => Promise<Result>,
): AsyncGenerator<Result> {
  const running: Promise<Result>[] = [];
  for await (const piece of pieces) {
    const result = work(piece);
    // Awaited below, in its turn; until then a rejection is not "unhandled".
    result.catch(() => {});
    running.push(result);
    // A result that is ready goes out at once, so that the first words are seen early.
    while (running.length >= ahead || (running.length > 0 && (await isSettled(running[0]!))))
      yield await running.shift()!;
  }
  while (running.length > 0) yield await running.shift()!;
}

async function isSettled(promise: Promise<unknown>) {
  const pending = Symbol("pending");
  // A turn of the event loop, so that what has arrived is counted.
  await new Promise((resolve) => setImmediate(resolve));
  return (
    (await Promise.race([promise.catch(() => undefined), Promise.resolve(pending)])) !== pending
  );
}
