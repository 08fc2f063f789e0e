// Which of the two ways to learn a library takes: what its pictures recommend, unless the person has chosen for it.

import type { RecommendedWay, WayToLearn } from '../../shared/training.ts';
import { readChosenWay } from '../db/chosen-way.ts';
import { photosWithFile } from '../db/readable-photos.ts';
import { createEngine } from '../engine-host/engine.ts';
import type { EngineOptions } from '../engine-host/engine.ts';
import type { LibraryService } from '../library/library.ts';
import { readablePath } from '../library/open-library.ts';
import type { OpenLibrary } from '../library/open-library.ts';
import { recommendWay } from '../training-data/kind-of-pictures.ts';

export interface WayService {
  /** Of the open library. Throws 'no-library'. */
  way(): Promise<WayToLearn>;
}

export interface WayParts {
  library: LibraryService;
  engine: Omit<EngineOptions, 'role'>;
}

interface Judged {
  library: OpenLibrary;
  /** Photos that there were. */
  photos: number;
  way: Promise<RecommendedWay>;
}

export function createWayService({ library, engine }: WayParts): WayService {
  let judged: Judged | null = null;
  library.accompany({
    opened: () => {},
    async closing() {
      const { way } = judged ?? {};
      judged = null;
      await way?.catch(() => {});
    },
  });

  /** Judged anew when the library has grown to twice what it was. */
  async function recommended(open: OpenLibrary): Promise<RecommendedWay> {
    const photos = await photosWithFile(open.db);
    if (judged?.library !== open || photos.length >= 2 * judged.photos) {
      judged = { library: open, photos: Math.max(1, photos.length), way: judge(open, photos) };
    }
    return judged.way;
  }

  async function judge(open: OpenLibrary, photos: Awaited<ReturnType<typeof photosWithFile>>): Promise<RecommendedWay> {
    // A process of its own: a picture that takes it down is in nobody's way.
    const imaging = createEngine({ role: 'imaging', ...engine });
    const { signal } = new AbortController();
    try {
      return await recommendWay({ imaging, photos, signal, pathOf: (id) => readablePath(open, id) });
    } finally {
      await imaging.kill();
    }
  }

  return {
    async way() {
      const open = library.require();
      return { recommended: await recommended(open), chosen: readChosenWay(open.db) };
    },
  };
}
