// Names of the ways between the desktop window and main. Known to the preload and hosts/desktop/ipc.ts only.

export const ipcChannels = {
  /** (name, input) -> Result */
  call: 'whisker:call',
  /** () -> absolute path or null */
  chooseFolder: 'whisker:choose-folder',
  /** 'file' or 'folder' -> absolute path or null */
  chooseNetwork: 'whisker:choose-network',
  /** number of a saved file */
  showSaved: 'whisker:show-saved',
  /** number of a photo, one of its paths */
  revealPhoto: 'whisker:reveal-photo',
  /** main -> window: EventMessage */
  event: 'whisker:event',
} as const;
