// A picture that the person has dropped, pasted, chosen or taken with the camera: what the model says of it, and the
// class that the person gives it.

import { toFailure, type Failure } from '../../../shared/errors.ts';
import { ADDED_FOLDER, type HandedPicture } from '../../../shared/handed-in.ts';
import type { ClassId } from '../../../shared/types.ts';
import type { Api } from '../../api.ts';
import { handIn } from './hand-in.ts';

export interface BroughtParts {
  /** Says that a picture has a class now, with a way to take that back. */
  added(message: string): void;
  nameOf(id: ClassId): string;
}

export class Brought {
  /** What the dialog shows; null while it is closed. */
  mode = $state<'picture' | 'camera' | null>(null);
  name = $state('');
  /** The camera is on, or being opened. */
  filming = $state(false);
  /** For its address; null until main has it, and while the camera is live. A frame that was taken has one, too. */
  number = $state<number | null>(null);
  said = $state.raw<HandedPicture | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** The class to be given once the person has agreed that a folder is made. */
  agreeing = $state<ClassId | null>(null);
  adding = $state(false);

  readonly #api: Api;
  readonly #parts: BroughtParts;
  /** Answers to an earlier picture are too late. */
  #request = 0;

  constructor(api: Api, parts: BroughtParts) {
    this.#api = api;
    this.#parts = parts;
  }

  close(): void {
    this.#begin(null, '');
  }

  reset(): void {
    this.close();
  }

  /** Shows a picture and asks what it is. */
  async open(picture: Blob, name: string): Promise<void> {
    const request = this.#begin('picture', name);
    await this.#ask(picture, request, { shows: true });
  }

  openCamera(): void {
    this.#begin('camera', 'Camera');
    this.filming = true;
  }

  /** The camera could not be opened. */
  failCamera(error: unknown): void {
    if (!this.filming) return;
    this.filming = false;
    this.failure = toFailure(error);
  }

  /** What the camera shows now; resolves when the next frame may come. */
  async live(frame: Blob): Promise<void> {
    // Without a model there is nothing more to hear.
    if (this.filming && !this.said?.why) await this.#ask(frame, this.#request, { shows: false });
  }

  /** Holds on to a frame of the camera. */
  async take(frame: Blob): Promise<void> {
    const request = this.#begin('camera', 'Camera');
    await this.#ask(frame, request, { shows: true });
  }

  /** Gives it a class; asks first when a folder has to be made. */
  async add(classId: ClassId, agreed = false): Promise<void> {
    const { number, said } = this;
    if (number === null || this.adding) return;
    if (said && said.known === null && !said.hasFolder && !agreed) {
      this.agreeing = classId;
      return;
    }
    this.adding = true;
    try {
      await this.#api.call('pictures.add', { number, classId, mayMakeFolder: agreed });
      const name = this.#parts.nameOf(classId);
      const known = said?.known !== null && said?.known !== undefined;
      this.#parts.added(known ? `Labelled as ${name}: it was in the folder already.` : addedWords(name));
      // The next one is often of the same thing.
      if (this.mode === 'camera') this.openCamera();
      else this.close();
    } catch (error) {
      this.failure = toFailure(error);
    } finally {
      this.adding = false;
      this.agreeing = null;
    }
  }

  /** `shows`: the picture itself is shown by its number. */
  async #ask(picture: Blob, request: number, { shows }: { shows: boolean }): Promise<void> {
    try {
      const number = await handIn(this.#api, picture);
      if (request !== this.#request) return;
      if (shows) this.number = number;
      const said = await this.#api.call('pictures.predict', { number });
      if (request !== this.#request) return;
      this.said = said;
      this.failure = null;
    } catch (error) {
      if (request === this.#request) this.failure = toFailure(error);
    }
  }

  #begin(mode: Brought['mode'], name: string): number {
    this.mode = mode;
    this.name = name;
    this.number = null;
    this.said = null;
    this.failure = null;
    this.agreeing = null;
    this.filming = false;
    return ++this.#request;
  }
}

const addedWords = (name: string): string => `Added as ${name}, in the folder “${ADDED_FOLDER}”.`;
