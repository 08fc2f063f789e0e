// Answers in the order of the questions while several are under way.

/**
 * Asks as soon as a question is there, with at most `most` whose answers nobody has taken yet, and yields each answer
 * when it and all before it are there. Questions are read no faster than answers are taken. Throws the first failure of
 * a question or an answer, in their order.
 */
export async function* inOrder<Question, Answer>(
  questions: Iterable<Question> | AsyncIterable<Question>,
  most: number,
  ask: (question: Question) => Promise<Answer>,
): AsyncGenerator<Answer> {
  const source = toAsync(questions)[Symbol.asyncIterator]();
  const asked: Promise<Answer>[] = [];
  let reading: Promise<IteratorResult<Question>> | null = null;
  let ended = false;
  try {
    for (;;) {
      const [first] = asked;
      if (!first && ended) return;
      if (!ended && asked.length < most) reading ??= source.next();
      const isNext = await Promise.race([
        ...(first ? [first.then(() => false)] : []),
        ...(reading ? [reading.then(() => true)] : []),
      ]);
      if (isNext) {
        const read: IteratorResult<Question> | null = await reading;
        reading = null;
        if (!read || read.done) ended = true;
        else asked.push(withoutWarning(ask(read.value)));
      } else if (first) {
        void asked.shift();
        yield await first;
      }
    }
  } finally {
    // Not awaited: it may hang on a question that never comes.
    void source.return?.(undefined);
  }
}

async function* toAsync<T>(items: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T> {
  yield* items;
}

/** Its turn to be awaited comes. */
function withoutWarning<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
