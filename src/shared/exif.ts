// What a camera wrote into a photo's file.

/** What is missing, or makes no sense, is left out. */
export interface PhotoExif {
  camera?: string;
  lens?: string;
  /** Seconds. */
  exposureS?: number;
  /** The aperture's f-number: 2.8 of f/2.8. */
  fNumber?: number;
  iso?: number;
  /** Millimetres, and what that is on a film of 36 × 24 mm. */
  focalMm?: number;
  focal35Mm?: number;
  /** By the camera's clock: ISO 8601 to the millisecond, without a zone. */
  takenAt?: string;
  /** Degrees: north and east of the equator and of Greenwich are positive. */
  place?: { latitude: number; longitude: number };
}
