// The camera of this machine: opened when a person asks for it, video without sound, and closed again. Frames leave it
// as JPEGs.

import { WhiskerError } from '../../../shared/errors.ts';

/** Throws with one sentence when there is none, or it may not be used. */
export async function openCamera(): Promise<MediaStream> {
  if (!navigator.mediaDevices) throw failureOf('NotFoundError');
  try {
    const video = { width: { ideal: 1280 }, height: { ideal: 720 } };
    return await navigator.mediaDevices.getUserMedia({ video, audio: false });
  } catch (error) {
    throw failureOf(error instanceof DOMException ? error.name : '');
  }
}

export function closeCamera(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** What the video shows now, its longest side at most `longestPx`; null before it shows anything. */
export function frameOf(video: HTMLVideoElement, longestPx = Infinity): Promise<Blob | null> {
  const { videoWidth, videoHeight } = video;
  if (videoWidth === 0 || videoHeight === 0) return Promise.resolve(null);
  const scale = Math.min(1, longestPx / Math.max(videoWidth, videoHeight));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(videoWidth * scale);
  canvas.height = Math.round(videoHeight * scale);
  canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.95));
}

function failureOf(name: string): WhiskerError {
  switch (name) {
    case 'NotAllowedError':
      return new WhiskerError(
        'forbidden',
        'Whisker may not use the camera.',
        'Allow it for this window, in the browser’s address bar or the system’s settings, then try again.',
      );
    case 'NotFoundError':
      return new WhiskerError('not-found', 'No camera was found.', 'Connect one, then try again.');
    case 'NotReadableError':
      return new WhiskerError('conflict', 'The camera can’t be used now; another program may have it.');
    default:
      return new WhiskerError('internal', 'The camera could not be started.', 'Try again.');
  }
}
