// When the window comes to the front: somebody has been elsewhere, and may have changed the folder there.

/** Runs `look` each time that happens. Returns the function that ends it. */
export function whenInFront(look: () => void): () => void {
  const seen = () => {
    if (!document.hidden) look();
  };
  window.addEventListener('focus', seen);
  document.addEventListener('visibilitychange', seen);
  return () => {
    window.removeEventListener('focus', seen);
    document.removeEventListener('visibilitychange', seen);
  };
}
