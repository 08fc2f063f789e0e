// What one fault at one stage is, and how its promises are checked.

export interface Case {
  fault: string;
  stage: string;
  /** `folder` is empty and its own. */
  run(folder: string): Promise<Outcome>;
}

export interface Outcome {
  /** How often the fault was made. */
  times: number;
  /** Promises that did not hold, each in words. */
  broken: string[];
  /** What people were told. */
  sentences: string[];
}

/** Collects what did not hold, so that one broken promise does not hide the next. */
export function createLedger() {
  const broken: string[] = [];
  const sentences: string[] = [];
  return {
    expect(held: boolean, promise: string): void {
      if (!held) broken.push(promise);
    },
    /** A failure must be one sentence for a person: no stack, no code alone, no more than a few lines. */
    said(sentence: string): void {
      sentences.push(sentence);
      const fits = /^[^\n]{10,400}[.)]$/.test(sentence) && !/\n\s+at |\bundefined\b|^Error/.test(sentence);
      if (!fits) broken.push(`not a sentence: ${JSON.stringify(sentence.slice(0, 200))}`);
    },
    outcome: (times: number): Outcome => ({ times, broken, sentences }),
  };
}

/** What `work` gives, or null once `limitMs` are over. */
export async function within<T>(limitMs: number, work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), limitMs)));
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}
