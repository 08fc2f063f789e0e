// The part of libheif-js that heic.ts uses; the package brings no types for its own layer.

declare module 'libheif-js/wasm-bundle.js' {
  interface Handle {
    readonly __handle: unique symbol;
  }
  export interface HeifImage {
    handle: Handle;
    get_width(): number;
    get_height(): number;
    is_primary(): boolean;
    free(): void;
  }
  interface Plane {
    id: object;
    width: number;
    height: number;
    /** Bytes from one row to the next. */
    stride: number;
    data: Uint8Array;
  }
  export interface Libheif {
    HeifDecoder: new () => { decoder: object | null; decode(bytes: Uint8Array): HeifImage[] };
    heif_context_free(context: object): void;
    heif_js_decode_image2(
      handle: Handle,
      colourspace: object,
      chroma: object,
    ): Promise<{ code?: object; channels: Plane[]; image: object }>;
    heif_image_release(image: object): void;
    heif_colorspace: { heif_colorspace_RGB: object };
    heif_chroma: { heif_chroma_interleaved_RGB: object };
    heif_channel: { heif_channel_interleaved: object };
  }
  const libheif: Libheif;
  export default libheif;
}
